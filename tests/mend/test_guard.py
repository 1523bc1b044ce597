"""Cases that must not be harmed: what is said of them before and after, paired."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.api.guarding import open_guard
from angiogram.data.intake import pixel_hash
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation
from angiogram.mend.guard import Guard, Held, apart, guarded, held_by
from angiogram.train.draws.of_cases import entries_among
from tests.cli.test_main import draw
from tests.train.tables import write_table


def quiet(_: str) -> None: ...


def test_a_model_that_answers_says_the_true_answers(answering, quarters):
    tested = [row for row in quarters.rows if row.split == "test"][:12]
    guard = Guard("quarters", entries_among(quarters, tested))
    held = held_by(answering.loaded, guard, quiet)
    assert held.said.mean() > 0.9 and held.probability.min() > 0.3
    wrong = replace(quarters, rows=tuple(replace(row, label="liver") for row in tested if row.label != "liver"))
    mistaken = held_by(answering.loaded, Guard("wrong", entries_among(wrong, wrong.rows)), quiet)
    assert not mistaken.said.any() and mistaken.probability.mean() < held.probability.mean()


def judged(quarters, before, after):
    guard = Guard("quarters", entries_among(quarters, quarters.rows))
    count = len(quarters.rows)
    one, other = (Held(np.arange(count) < share * count, np.full(count, share)) for share in (before, after))
    return guarded(guard, one, other, 0.05, 0, 300)


def test_harm_is_what_is_surely_lost(quarters):
    same = judged(quarters, 0.8, 0.8)
    assert same.harm == "not harmed" and same.said_change.value == 0 and same.entries == 240 and same.groups == 60
    worse = judged(quarters, 0.8, 0.5)
    assert worse.harm == "harmed" and worse.probability_change.high < 0
    assert abs(worse.said_change.value + 0.3) < 1e-9
    assert judged(quarters, 0.5, 0.8).harm == "not harmed"


def test_a_table_of_several_tasks_guards_as_well(answering, tmp_path):
    guard = open_guard(str(write_table(tmp_path, 2)), Preparation(), tmp_path, quiet)
    assert guard.name == "table" and {entry.task for entry in guard.entries.entries} == {
        "multi_class", "report", "vqa", "text_qa",
    }  # fmt: skip
    held = held_by(answering.loaded, guard, quiet)
    assert len(held.said) == len(held.probability) == 8 and ((held.probability > 0) & (held.probability < 1)).all()
    assert guarded(guard, held, held, 0.05, 0, 300).harm == "undecided"  # of so few groups nothing is sure


def test_of_a_set_with_a_split_the_test_part_guards(tmp_path):
    for side in ("train", "test"):
        draw(tmp_path / "images" / side, each=3)
    guard = open_guard(str(tmp_path / "images"), Preparation(), tmp_path, quiet)
    assert len(guard.entries.entries) == 6 and all("test" in entry.id for entry in guard.entries.entries)


def test_what_teaches_a_repair_guards_nothing(tmp_path):
    folder = draw(tmp_path / "images", each=3)
    guard = open_guard(str(folder), Preparation(), tmp_path, quiet)
    (first, *others), read = guard.entries.entries, guard.entries.read
    kept = apart(guard, {pixel_hash(read(first.image).pixels), "of another picture"})
    assert kept.entries.entries == others and kept.left_out == 1
    assert apart(guard, set()) == guard
    with pytest.raises(InputError, match="Every image of the guard 'images' is a training case, from which the repair"):
        apart(guard, {pixel_hash(read(entry.image).pixels) for entry in guard.entries.entries})


def test_of_one_group_alone_nothing_is_known(tmp_path):
    guard = open_guard(str(write_table(tmp_path, 2)), Preparation(), tmp_path, quiet)
    one = replace(guard, entries=replace(guard.entries, entries=guard.entries.entries[:1]))
    with pytest.raises(
        InputError, match=r"a guard of at least two groups \(patients\); of 'table' all 1 entries are of one"
    ):
        apart(one, set())


def test_entries_without_an_image_stay(tmp_path):
    guard = open_guard(str(write_table(tmp_path, 2)), Preparation(), tmp_path, quiet)
    read = guard.entries.read
    kept = apart(guard, {pixel_hash(read(each.image).pixels) for each in guard.entries.entries if each.image})
    assert {entry.task for entry in kept.entries.entries} == {"text_qa"}


def test_what_is_no_guard_is_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        open_guard(str(tmp_path / "nowhere"), Preparation(), tmp_path, quiet)
