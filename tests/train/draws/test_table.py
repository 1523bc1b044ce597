"""Entries that are drawn from a table: by task, by seed and step, and only what can be learnt from."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.train.draws.table import Entries
from angiogram.train.recipe import Blend, PartTraining, Stage
from tests.data.annotations.entries import entry

STAGE = Stage("one", 2, 4, {"llm": PartTraining("full", 1e-3)})
CONNECTOR = replace(STAGE, parts={"connector": PartTraining("full", 1e-3)})
ENTRIES = [*(entry(k, task, id=f"{task} {k}") for k in range(3) for task in ("vqa", "report", "text_qa"))]


def read(name):
    seed = int(name.removesuffix(".png"))
    return Image(np.random.default_rng(seed).integers(0, 256, (24, 20), dtype=np.uint8), ("drawn",))


def drawn(stage, steps=6, seed=0, entries=ENTRIES):
    draw = Entries(entries, read).draw(stage, seed)
    return [each for step in range(steps) for each in draw(step)]


def test_a_step_is_the_same_entries_and_pixels_whatever_was_drawn_before():
    stage = replace(STAGE, augment=True)
    one, other = (Entries(ENTRIES, read).draw(stage, 3) for _ in range(2))
    other(5)
    for mine, theirs in zip(one(4), other(4), strict=True):
        assert mine.entry == theirs.entry
        assert (mine.image is None) == (theirs.image is None)
        if mine.image is not None:
            assert np.array_equal(mine.image.pixels, theirs.image.pixels)
    assert [each.entry.id for each in one(4)] != [each.entry.id for each in one(5)]


def test_an_entry_that_comes_again_is_changed_in_another_way():
    stage = replace(STAGE, augment=True)
    seen = [each.image.pixels for each in drawn(stage, 12) if each.entry.id == "vqa 0"]
    assert len(seen) > 1 and not np.array_equal(seen[0], seen[1])


def test_a_frozen_llm_learns_nothing_from_entries_without_images():
    assert {each.entry.task for each in drawn(STAGE)} == {"vqa", "report", "text_qa"}
    assert {each.entry.task for each in drawn(CONNECTOR)} == {"vqa", "report"}
    with pytest.raises(InputError, match="trains no llm, and no entry has an image"):
        drawn(CONNECTOR, entries=[entry(0, "text_qa")])


def test_a_mixture_of_a_task_without_entries_is_one_sentence():
    with pytest.raises(InputError, match="no task with training entries called 'rec'; known are report, text_qa, vqa"):
        drawn(replace(STAGE, mixture=Blend({"rec": 1.0})))
    assert {each.entry.task for each in drawn(replace(STAGE, mixture=Blend({"report": 1.0})))} == {"report"}


def test_a_ratio_of_a_task_without_images_where_the_llm_is_frozen_says_so():
    said = "entries of the task 'text_qa' have no image, and the stage 'one' trains no llm"
    with pytest.raises(InputError, match=said):
        drawn(replace(CONNECTOR, mixture=Blend({"text_qa": 1.0})))
    assert {each.entry.task for each in drawn(replace(STAGE, mixture=Blend({"text_qa": 1.0})))} == {"text_qa"}
