import pytest
import yaml

from angiogram.errors import InputError
from angiogram.train.recipe import Recipe, Stage, read_recipe, stage_digests

STAGE = {"name": "one", "text": "label", "steps": 2, "batch_size": 4, "learning_rates": {"connector": 1e-3}}
LORA = {"learning_rates": {"llm": 1e-3}, "lora": {"rank": 2, "alpha": 4}}


@pytest.fixture
def read(tmp_path):
    def of(settings):
        (tmp_path / "r.yaml").write_text(settings if isinstance(settings, str) else yaml.safe_dump(settings))
        return read_recipe(str(tmp_path / "r.yaml"))

    return of


def recipe(*changes, **settings):
    return {"name": "r", "data": "phantom", "seed": 0, "stages": [STAGE | change for change in changes], **settings}


def test_the_shipped_recipe_never_trains_stage_one_on_the_question():
    first, second = read_recipe("demo").stages
    assert (first.text, second.text) == ("caption", "label")
    assert set(first.learning_rates) == {"connector"} and first.lora is None


def test_a_recipe_is_read(read):
    assert read(recipe({}, LORA | {"name": "two"})).stages[0] == Stage(**STAGE)


@pytest.mark.parametrize("text", ["name: [", "name: x\nstages: 3\n", "{}", "[]", "", "\x00"])
def test_a_file_that_is_no_recipe_is_one_sentence(read, text):
    with pytest.raises(InputError, match="cannot be read") as said:
        read(text)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "captoin"}, "There is no text 'captoin'.*did you mean 'caption'"),
        ({"text": "caption"}, "prompts .* are missing"),
        ({"steps": 0}, "steps of the stage 'one' is 0; it must be a whole number of at least 1"),
        ({"steps": "many"}, "steps of the stage 'one' is 'many'"),
        ({"batch_size": -1}, "batch_size of the stage 'one' is -1"),
        ({"learning_rates": {}}, "name no part"),
        ({"learning_rates": {"connector": 0}}, "learning rate 0.0 of connector .* must be above 0"),
        ({"learning_rates": {"connector": float("nan")}}, "learning rate nan"),
        ({"learning_rates": {"conector": 1}}, "no part 'conector'.*did you mean 'connector'"),
        ({"learning_rates": {"encoder": 1}}, "encoder, which cannot be kept"),
        ({"learning_rates": {"llm": 1}}, "llm and lora .* need each other"),
        ({"lora": {"rank": 2, "alpha": 4}}, "llm and lora .* need each other"),
        ({"step": 2}, "no key of a stage 'step'.*did you mean 'steps'"),
    ],
)
def test_a_stage_that_cannot_be_trained_or_kept_is_one_sentence(read, change, said):
    with pytest.raises(InputError, match=said):
        read(recipe(change))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (recipe({}, data="folder"), "no image set with descriptions 'folder'; known are phantom"),
        (recipe({}, seed=None), "seed of the recipe is None"),
        (recipe({"name": 3}), "name 3 must be the name of one folder"),
        (recipe({"name": "../up"}), "name '../up' must be"),
        (recipe({"name": ""}), "name '' must be"),
        (recipe({}, {}), "name 'one' must be the name of one folder that no other stage has"),
        (recipe({}, sede=0), "no key of a recipe 'sede'.*did you mean 'seed'"),
        (recipe(LORA, {"name": "two"}), "stage 'one' has lora, which only the last stage"),
    ],
)
def test_a_recipe_that_cannot_be_trained_or_kept_is_one_sentence(read, settings, said):
    with pytest.raises(InputError, match=said):
        read(settings)


def test_an_unknown_recipe_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'demo'"):
        read_recipe("demos")


def test_a_digest_depends_on_all_that_came_before():
    def digests(rate=1e-3, seed=0, base="embedded"):
        stages = (Stage("a", "label", 2, 4, {"connector": rate}), Stage("b", "label", 2, 4, {"connector": 1e-3}))
        return stage_digests(Recipe("r", "phantom", seed, stages), base)

    assert digests() == digests()
    for other in (digests(rate=2e-3), digests(seed=1), digests(base="other")):
        assert not set(digests()) & set(other)
