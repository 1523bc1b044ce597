"""A user's recipe for a repair trains what the repair names, and leaves the rest to the diagnosis."""

import pytest
import yaml

from angiogram.errors import InputError
from angiogram.mend.training import own_recipe, recipe_of

FULL = {"train": "full", "learning_rate": 1e-3}
STAGE = {"name": "one", "steps": 2, "batch_size": 4, "parts": {"connector": FULL}}


@pytest.fixture
def written(tmp_path):
    def write(*changes, **settings):
        path = tmp_path / "mine.yaml"
        stages = [STAGE | change for change in changes]
        path.write_text(yaml.safe_dump({"name": "mine", "seed": 0, "stages": stages, **settings}))
        return str(path)

    return write


def test_several_stages_of_the_part_are_taken_and_the_last_is_the_mended_model(written):
    made = recipe_of("connector-training", written({}, {"name": "two"}), "mended")
    assert [stage.name for stage in made.stages] == ["one", "mended"]


@pytest.mark.parametrize("repair", ["connector-training", "llm-lora", "encoder-tuning"])
def test_each_repair_has_a_recipe_of_its_own_part(repair):
    assert recipe_of(repair, None, "mended").stages[-1].name == "mended"


def test_a_recipe_of_another_part_is_refused(written):
    with pytest.raises(InputError, match="llm-lora trains the llm, and the recipe 'mine' the connector; give one that"):
        recipe_of("llm-lora", written({}), "mended")
    both = written({"parts": {"connector": FULL, "llm": FULL}})
    with pytest.raises(InputError, match="trains the connector, and the recipe 'mine' the connector and llm"):
        recipe_of("connector-training", both, "mended")


@pytest.mark.parametrize(
    ("changes", "settings", "said"),
    [
        ([{}], {"model": "demo"}, "leave model out of the recipe 'mine'"),
        ([{}], {"parts": {"vision": "a/clip", "text": "a/llm"}, "split": "test"}, "leave parts and split out"),
        ([{"text": "label"}], {"data": "phantom"}, "leave data and text out"),
        ([{"name": "mended"}, {}], {}, "is named 'mended', as a folder of the mend is; choose another name"),
        ([{"name": "before"}, {}], {}, "is named 'before'"),
    ],
)
def test_what_is_no_matter_of_a_repair_is_refused(written, changes, settings, said):
    with pytest.raises(InputError, match=said):
        own_recipe(written(*changes, **settings))
