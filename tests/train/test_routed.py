"""A fresh connector that routes by task is not trained on tasks that it cannot tell apart."""

from dataclasses import replace

import pytest

from angiogram.api.training import train_together
from angiogram.data.progress import silent
from angiogram.errors import InputError
from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration
from angiogram.train.draws.table import Entries
from angiogram.train.recipe import Assembly, Blend, PartTraining, Recipe, Stage
from angiogram.train.routed import check_routed
from tests.data.annotations.entries import entry
from tests.model.build.test_assemble import published as tiny_parts  # noqa: F401 - a fixture
from tests.train.tables import write_table

ENTRIES = Entries([entry(0, task) for task in ("vqa", "report", "rec", "text_qa")], lambda name: None)
STAGE = Stage("one", 2, 4, {"connector": PartTraining("full", 1e-3), "llm": PartTraining("full", 1e-3)})
RECIPE = Recipe("r", 0, (STAGE,), parts=Assembly("a/clip", "a/llm"))
VIT = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "patch_size": 14}
LLM = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8, "vocab_size": 9}


def connector(**settings):
    return {"reduce": {"name": "none"}, "project": {"name": "experts", "experts": 3, **settings}}


def check(recipe=RECIPE, tasks=("any",), **settings):
    """The lines that are said."""
    lines = []
    config = AngiogramConfig(VIT, LLM, 28, connector=connector(**settings), tasks=tasks)
    check_routed(recipe, AngiogramForConditionalGeneration(config), ENTRIES, lines.append)
    return lines


@pytest.mark.parametrize("settings", [{"routing": "hard"}, {"sees": "task"}, {"sees": "both", "routing": "sparse"}])
def test_tasks_that_are_drawn_and_have_no_number_are_named(settings):
    with pytest.raises(InputError, match=r"no number for vqa, report, rec, .* write `tasks: \[vqa, report, rec\]`"):
        check(**settings)
    with pytest.raises(InputError, match=r"no number for report, which .* write `tasks: \[rec, vqa, report\]`"):
        check(tasks=("rec", "vqa"), **settings)
    check(tasks=("rec", "vqa", "report"), **settings)


@pytest.mark.parametrize("settings", [{"routing": "constant"}, {"sees": "token"}])
def test_a_router_that_does_not_see_the_task_takes_them_all(settings):
    check(**settings)


def test_only_what_is_drawn_by_stages_that_train_a_fresh_connector_counts():
    second = replace(STAGE, name="two", mixture=Blend({"rec": 1.0, "vqa": 0.0, "text_qa": 1.0}))
    with pytest.raises(InputError, match="no number for rec, report, which"):
        check(replace(RECIPE, stages=(second, STAGE)), ("vqa",))
    with pytest.raises(InputError, match="no number for rec, which"):
        check(replace(RECIPE, stages=(second,)), ("vqa",))
    check(replace(RECIPE, stages=(second,)), ("rec",))
    check(replace(RECIPE, stages=(replace(STAGE, parts={"llm": PartTraining("full", 1e-3)}),)))


def test_a_finished_model_may_learn_other_tasks_which_is_said():
    finished = replace(RECIPE, parts=None, model="trained")
    (line,) = check(finished, ("vqa",))
    assert "no number for report, rec; their images are routed by the mean" in line
    assert not check(finished, ("vqa", "report", "rec"))


def test_it_is_refused_before_the_first_step(tiny_parts, tmp_path):  # noqa: F811
    parts = Assembly(str(tiny_parts / "siglip"), str(tiny_parts / "llama"), connector=connector(routing="hard"))
    recipe = replace(RECIPE, parts=parts, data=str(write_table(tmp_path / "table")))
    with pytest.raises(InputError, match=r"write `tasks: \[multi_class, report, vqa\]` into the recipe's parts"):
        train_together(recipe, tmp_path / "out", cache=tmp_path, progress=silent)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["start"]
