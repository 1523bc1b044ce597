"""What the first stage of a recipe begins with."""

from angiogram.api.beginning import Loader, Trust
from angiogram.data.progress import silent
from angiogram.tap.ranks import ALONE
from angiogram.train.recipe import Assembly, PartTraining, Recipe, Stage
from tests.model.build.test_assemble import published as tiny_parts  # noqa: F401 - a fixture

STAGE = Stage("tuned", 1, 4, {"connector": PartTraining("full", 1e-2)})


def test_parts_of_another_recipe_in_the_same_folder_make_way(tiny_parts, tmp_path):  # noqa: F811
    def begun(width, seed):
        connector = {"reduce": {"name": "join", "block": [2, 2]}, "project": {"name": "mlp", "width": width}}
        parts = Assembly(str(tiny_parts / "siglip"), str(tiny_parts / "llama"), connector=connector)
        recipe = Recipe("one", seed, (STAGE,), parts=parts, data="none")
        loaded = Loader(recipe, Trust(), tmp_path / "out", tmp_path, silent, ALONE)(None, STAGE)
        return next(loaded.model.model.connector.parameters())

    first = begun(16, 0)
    written = (tmp_path / "out" / "start" / "model.safetensors").stat().st_mtime_ns
    assert begun(16, 0).equal(first)
    assert (tmp_path / "out" / "start" / "model.safetensors").stat().st_mtime_ns == written
    assert not begun(16, 1).equal(first) and begun(24, 0).shape != first.shape
