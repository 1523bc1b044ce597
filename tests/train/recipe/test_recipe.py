"""Recipes are read, and what cannot be trained is one sentence with the nearest match."""

import pytest
import yaml

from angiogram.errors import InputError
from angiogram.train.recipe import Assembly, Blend, PartTraining, Recipe, Stage, read_recipe, stage_digests

STAGE = {
    "name": "one",
    "steps": 2,
    "batch_size": 4,
    "parts": {"connector": {"train": "full", "learning_rate": 1e-3}},
}
LORA = {"parts": {"llm": {"train": "lora", "learning_rate": 1e-3, "rank": 2, "alpha": 4}}}
ON_PHANTOM = {"text": "label"}


@pytest.fixture
def read(tmp_path):
    def of(settings):
        (tmp_path / "r.yaml").write_text(settings if isinstance(settings, str) else yaml.safe_dump(settings))
        return read_recipe(str(tmp_path / "r.yaml"))

    return of


def recipe(*changes, **settings):
    return {"name": "r", "seed": 0, "stages": [STAGE | change for change in changes], **settings}


def part(**changes):
    return {"parts": {"llm": LORA["parts"]["llm"] | changes}}


def test_the_shipped_recipe_never_trains_stage_one_on_the_question():
    first, second = read_recipe("demo").stages
    assert (first.text, second.text) == ("caption", "label")
    assert {name: each.train for name, each in first.trained().items()} == {"connector": "full"}


def test_every_shipped_recipe_is_read():
    from importlib.resources import files

    names = [each.name for each in (files("angiogram.train") / "recipes").iterdir() if each.name.endswith(".yaml")]
    assert {"demo.yaml", "lora.yaml"} <= set(names)
    for name in names:
        assert read_recipe(name.removesuffix(".yaml")).stages


def test_a_recipe_is_read(read):
    given = recipe(
        {"parts": {"encoder": "frozen", **STAGE["parts"]}, "mixture": {"ratios": {"vqa": 2}}},
        LORA | {"name": "two", "accumulate": 2, "augment": True},
        parts={"vision": "a/clip", "text": "a/llm", "tasks": ["vqa", "report"]},
        data="table.parquet",
    )
    found = read(given)
    first, second = found.stages
    assert first.parts == {"encoder": PartTraining(), "connector": PartTraining("full", 1e-3)}
    assert list(first.trained()) == ["connector"] and first.mixture == Blend({"vqa": 2})
    assert second.parts == {"llm": PartTraining("lora", 1e-3, 2, 4)} and second.accumulate == 2 and second.augment
    assert found.parts == Assembly("a/clip", "a/llm", tasks=["vqa", "report"]) and found.data == "table.parquet"


def test_a_rate_without_a_point_is_a_number(read):
    given = yaml.safe_dump(recipe({})).replace("0.001", "1e-3")  # which YAML takes for a text
    assert read(given).stages[0].parts["connector"].learning_rate == 1e-3


@pytest.mark.parametrize("text", ["name: [", "name: x\nstages: 3\n", "{}", "[]", "", "\x00", "name: a\nseed: 0\n"])
def test_a_file_that_is_no_recipe_is_one_sentence(read, text):
    with pytest.raises(InputError, match="cannot be read") as said:
        read(text)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"steps": 0}, "steps of the stage 'one' is 0; it must be a whole number of at least 1"),
        ({"steps": "many"}, "steps of the stage 'one' is 'many'"),
        ({"batch_size": -1}, "batch_size of the stage 'one' is -1"),
        ({"accumulate": 3}, "batch_size 4 of the stage 'one' does not divide into 3 equal passes"),
        ({"warmup": 2}, "warmup of the stage 'one' is 2; it must be a number from 0 to 1"),
        ({"weight_decay": "x"}, "weight_decay of the stage 'one' is 'x'"),
        ({"augment": 1}, "augment of the stage 'one' is true or false, not 1"),
        ({"parts": {}}, "are all frozen; train the connector"),
        ({"parts": {"encoder": "frozen"}}, "are all frozen"),
        ({"parts": {"conector": "full"}}, "no part 'conector'.*did you mean 'connector'"),
        ({"parts": {"llm": "fulll"}}, "no way to train a part 'fulll'.*did you mean 'full'"),
        (part(train="frozen", rank=None, alpha=None), "llm of the stage 'one' is frozen and has a learning_rate"),
        (part(learning_rate=None), "llm of the stage 'one' is to be trained and has no learning_rate"),
        (
            part(learning_rate=0),
            "learning_rate of the llm of the stage 'one' is 0.0; it must be a finite number above 0",
        ),
        (part(learning_rate=float("nan")), "learning_rate of the llm of the stage 'one' is nan; it must be a finite"),
        (part(learning_rate=float("inf")), "learning_rate of the llm of the stage 'one' is inf; it must be a finite"),
        (part(rank=0), "rank of the llm of the stage 'one' is 0"),
        (part(alpha=None), "alpha of the llm of the stage 'one' is None"),
        (part(train="full"), "llm of the stage 'one' has a rank or an alpha, which only lora has"),
        (part(rnak=3), "no key of the part llm 'rnak'.*did you mean 'rank'"),
        ({"step": 2}, "no key of a stage 'step'.*did you mean 'steps'"),
        ({"mixture": {"ratio": {}}}, "no key of a mixture 'ratio'.*did you mean 'ratios'"),
        (
            {"mixture": {"temperature": "hot"}},
            "temperature of the mixture of the stage 'one' is 'hot'; it must be a fin",
        ),
        ({"mixture": {"temperature": 0}}, "temperature of the mixture of the stage 'one' is 0; it must be a finite"),
        ({"mixture": {"ratios": ["vqa"]}}, "ratios of the mixture of the stage 'one' are a table of tasks and numbers"),
        ({"mixture": {"ratios": 3}}, "ratios of the mixture of the stage 'one' are a table .*, not 3"),
        ({"mixture": {"ratios": {"vqa": "two"}}}, "ratio of 'vqa' in the mixture of the stage 'one' is 'two'; it must"),
        ({"mixture": {"ratios": {"vqa": -1}}}, "ratio of 'vqa' in the mixture of the stage 'one' is -1"),
        ({"mixture": {"ratios": {"vqa": 0}}}, "ratios of the mixture of the stage 'one' draw no task"),
        ({"mixture": {"ratios": {}}}, "ratios of the mixture of the stage 'one' draw no task"),
        ({"mixture": {"ratios": {"vqaa": 1}}}, "no task 'vqaa'.*did you mean 'vqa'"),
        ({"aggregation": "upgrad"}, "aggregation of the stage 'one' is a table with a name, not 'upgrad'"),
        ({"aggregation": {"name": "upgard"}}, "no aggregation 'upgard'.*did you mean 'upgrad'"),
        (
            {"aggregation": {"name": "constant", "weights": [1, 2]}},
            r"weights of the aggregation of the stage 'one' is a number, a word, or a number for each task",
        ),
        ({"aggregation": {"name": "constant", "weights": {"vqa": None}}}, "weights of the aggregation of the stage"),
        ({"text": "label"}, "text of the stage 'one' is for the texts of the data 'phantom' alone"),
        ({"closed_form": True}, "closed_form of the stage 'one' is for the texts of the data 'phantom'"),
        (LORA | {"words": True}, "words of the stage 'one' are learnt without the LLM, in one pass"),
        ({"words": True, "accumulate": 2}, "words of the stage 'one' are learnt without the LLM, in one pass"),
    ],
)
def test_a_stage_that_cannot_be_trained_is_one_sentence(read, change, said):
    with pytest.raises(InputError, match=said):
        read(recipe(change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "captoin"}, "There is no text 'captoin'.*did you mean 'caption'"),
        ({"text": "caption"}, "prompts .* are missing"),
        ({"text": "caption", "prompts": "What is shown?"}, "prompts of a stage are a list of texts, not 'What"),
        ({"text": "label", "augment": True}, "words, augment and mixture of the stage 'one' are for other"),
    ],
)
def test_a_stage_on_the_phantom_that_cannot_be_trained_is_one_sentence(read, change, said):
    with pytest.raises(InputError, match=said):
        read(recipe(change, data="phantom"))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (recipe({}, seed=None), "seed must be a whole number from 0 to 4294967295, not None"),
        (recipe({}, seed=True), "seed must be a whole number from 0 to 4294967295, not True"),
        (recipe({}, seed=20261201163000), "seed must be a whole number from 0 to 4294967295"),
        (recipe(), "has no stage"),
        (recipe({}, precision="flaot32"), "no precision 'flaot32'.*did you mean 'float32'"),
        (recipe({"name": 3}), "name 3 must be the name of one folder"),
        (recipe({"name": "../up"}), "name '../up' must be"),
        (recipe({"name": ""}), "name '' must be"),
        (recipe({"name": "start"}), "No stage is named 'start', the folder of the parts put together"),
        (recipe({}, {}), "name 'one' must be the name of one folder that no other stage has"),
        (recipe({}, sede=0), "no key of a recipe 'sede'.*did you mean 'seed'"),
        (recipe({}, name=None), "name of the recipe is a text, not None"),
        (recipe({}, split=None), "split of the recipe is a text, not None"),
        (recipe({}, name=3), "name of the recipe is a text, not 3"),
        (recipe({}, model=["demo"]), r"model of the recipe is a text, not \['demo'\]"),
        (recipe({}, data={"a.parquet": 1}), "data of the recipe is a text, not {'a.parquet': 1}"),
        (recipe({}, split=["train", "test"]), r"split of the recipe is a text, not \['train', 'test'\]"),
        (recipe({}, model="demo", parts={"vision": "a", "text": "b"}), "from a model or from parts; this one names"),
        (recipe({}, parts={"vision": "a"}), "'text' is missing in the parts of a recipe"),
        (recipe({}, parts={"visoin": "a"}), "no key of the parts of a recipe 'visoin'.*did you mean 'vision'"),
        (recipe(ON_PHANTOM, {"name": "two"}, data="phantom"), "All stages of a recipe have a text, or none"),
    ],
)
def test_a_recipe_that_cannot_be_run_is_one_sentence(read, settings, said):
    with pytest.raises(InputError, match=said):
        read(settings)


def test_an_unknown_recipe_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'demo'"):
        read_recipe("demos")


def test_a_digest_depends_on_all_that_came_before():
    def digests(rate=1e-3, seed=0, base="embedded", data="phantom", precision="auto"):
        first = Stage("a", 2, 4, {"connector": PartTraining("full", rate)})
        second = Stage("b", 2, 4, {"connector": PartTraining("full", 1e-3)})
        return stage_digests(Recipe("r", seed, (first, second), precision=precision), base, data)

    assert digests() == digests()
    others = [digests(rate=2e-3), digests(seed=1), digests(base="other"), digests(data="other")]
    for other in (*others, digests(precision="float32"), digests(precision="bfloat16")):
        assert not set(digests()) & set(other)
