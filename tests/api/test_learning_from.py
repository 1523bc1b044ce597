"""What is learnt from is not the same where it is read in another way."""

import pytest

from angiogram.api.learning_from import learnt_from
from angiogram.data.progress import silent
from angiogram.data.sources.options import SourceOptions
from angiogram.imaging.read import Preparation
from angiogram.train.recipe import PartTraining, Recipe, Stage
from tests.train.tables import write_table

STAGE = Stage("one", 2, 4, {"connector": PartTraining("full", 1e-3)})


@pytest.mark.parametrize("words", [{"window": "lung"}, {"plane": "coronal"}, {"series": "largest"}, {"slice": "0"}])
def test_a_table_read_in_another_way_is_told_apart(words, tmp_path):
    recipe = Recipe("r", 0, (STAGE,), data=str(write_table(tmp_path / "table")))

    def learnt(how):
        return learnt_from(recipe, SourceOptions(how=how), tmp_path, silent)

    plain, other = learnt(Preparation()), learnt(Preparation.parse(**words))
    assert plain.identity != other.identity and plain.identity == learnt(Preparation()).identity
    assert plain.conditions == {"preparation of images": "as the files say"}
    ((name, said),) = other.conditions.items()
    assert name in plain.conditions and next(iter(words)) in said
