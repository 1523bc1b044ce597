"""The published recipes on tiny parts in their place: stages, rates and connectors are what the papers say."""

from dataclasses import replace

import pytest

from angiogram.api.training import train_together
from angiogram.data.progress import silent
from angiogram.model.load import load_model
from angiogram.train.recipe import read_recipe
from tests.model.build.test_assemble import published as tiny_parts  # noqa: F401 - a fixture
from tests.train.tables import write_table


def small(recipe, parts):
    """The same recipe with fewer steps and entries, and a connector as wide as its parts."""
    stages = tuple(replace(stage, steps=2, batch_size=4, accumulate=2) for stage in recipe.stages)
    return replace(recipe, stages=stages, parts=parts)


def rates(stage):
    return {name: (part.train, part.learning_rate) for name, part in stage.trained().items()}


def test_medm_vl_trains_the_connector_and_then_everything(tiny_parts, tmp_path):  # noqa: F811
    recipe = read_recipe("medm-vl-2d")
    first, second = recipe.stages
    assert rates(first) == {"connector": ("full", 1e-3)}
    assert rates(second) == dict.fromkeys(("encoder", "connector", "llm"), ("full", 2e-5))
    assert {first.warmup, second.warmup} == {0.03}
    parts = replace(recipe.parts, vision=str(tiny_parts / "siglip"), text=str(tiny_parts / "qwen2"))
    data = str(write_table(tmp_path / "table"))
    folders = train_together(
        replace(small(recipe, parts), data=data), tmp_path / "out", cache=tmp_path, progress=silent
    )
    assert load_model(str(folders[-1]), tmp_path, silent).trained_on == "table"


def test_medm_vl_in_three_dimensions_is_of_volumes():
    recipe = read_recipe("medm-vl-3d")
    sizes = recipe.parts.vision
    assert (sizes["slices"], sizes["image_size"], sizes["patch_slices"], sizes["patch_size"]) == (32, 256, 4, 16)
    assert (sizes["num_hidden_layers"], sizes["hidden_size"]) == (12, 768)
    assert recipe.parts.connector["reduce"] == {"name": "average", "block": [2, 2, 2]}
    assert [rates(stage) for stage in recipe.stages] == [rates(stage) for stage in read_recipe("medm-vl-2d").stages]


def test_a_users_own_tuning_is_lora_and_the_connector():
    (stage,) = read_recipe("medm-vl-lora").stages
    assert rates(stage) == {"connector": ("full", 2e-4), "llm": ("lora", 2e-4)}
    assert (stage.parts["llm"].rank, stage.parts["llm"].alpha) == (128, 256)


@pytest.mark.parametrize(("name", "vision"), [("uni-med", "blip2"), ("small-experts", "siglip")])
def test_uni_meds_connector_is_built(name, vision, tiny_parts, tmp_path):  # noqa: F811
    recipe = read_recipe(name)
    assert vision in recipe.parts.vision or recipe.parts.vision == "embedded"
    project = recipe.parts.connector["project"]
    assert (project["experts"], project["routing"], project["sees"]) == (5, "soft-sigmoid", "both")
    narrow = {key: value for key, value in project.items() if key not in ("router_width", "width")}
    parts = replace(
        recipe.parts,
        vision=str(tiny_parts / vision),
        text=str(tiny_parts / "llama"),
        image_size=None,
        connector={**recipe.parts.connector, "project": narrow},
    )
    data = str(write_table(tmp_path / "table"))
    (folder,) = train_together(
        replace(small(recipe, parts), data=data), tmp_path / "out", cache=tmp_path, progress=silent
    )
    loaded = load_model(str(folder), tmp_path, silent)
    assert len(loaded.model.model.connector.project.experts) == 5
    assert loaded.model.config.tasks == list(recipe.parts.tasks)
