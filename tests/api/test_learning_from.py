"""What is learnt from is not the same where it is read in another way."""

from dataclasses import replace

import pytest

from angiogram.api.learning_from import learnt_from
from angiogram.data.annotations.entry import frame_of
from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.data.progress import silent
from angiogram.data.sources.options import SourceOptions
from angiogram.imaging.read import Preparation
from angiogram.train.recipe import PartTraining, Recipe, Stage
from tests.data.annotations.entries import entry
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


def test_later_turns_of_a_conversation_are_counted(tmp_path):
    turns = [entry(i, "text_qa", conversation="c", turn=i) for i in range(3)]
    write_annotations(
        Annotations(frame_of([replace(each, split="train") for each in turns]), tmp_path, ()), tmp_path / "t.parquet"
    )
    lines = []
    learnt_from(Recipe("r", 0, (STAGE,), data=str(tmp_path / "t.parquet")), SourceOptions(), tmp_path, lines.append)
    assert lines == ["2 entries are later turns of a conversation; each is learnt without what came before"]
