"""All that is said of one radiograph's heart follows one number."""

import re
from itertools import pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from angiogram.data.annotations.entry import Entry
from angiogram.data.radiographs.measures import GRADE_NAMES, Measured, measured
from angiogram.data.radiographs.shadows import SOURCES
from angiogram.data.radiographs.tasks.all import entries_of
from angiogram.data.radiographs.tasks.classes import GRADE
from angiogram.data.radiographs.tasks.subject import Subject

HEART, RIGHT, LEFT = (1 << SOURCES.index(name) for name in ("heart", "right lung lower lobe", "left lung lower lobe"))


def chest(heart: int, width: int) -> Measured:
    """A heart and a chest so many pixels wide."""
    bits = np.zeros((30, 224), np.int32)
    bits[5:25, 2 : 2 + width // 2] |= RIGHT
    bits[5:25, 2 + width // 2 : 2 + width] |= LEFT
    bits[10:20, 4 : 4 + heart] |= HEART
    return measured("PA", bits, bits, 1.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(40, 130), st.integers(140, 210), st.integers(0, 9))
@example(81, 161, 0)  # 0.5031
@example(101, 183, 1)  # 0.5519
@example(91, 151, 2)  # 0.6026
def test_number_sentence_grade_and_question_agree(heart: int, width: int, seed: int):
    truth = chest(heart, width)
    made = list(entries_of(Subject("r", "r.png", "train", truth, np.random.default_rng(seed))))
    (ctr,) = (e for e in made if e.answer.quantity == "CTR")
    said = float(ctr.target)
    assert ctr.answer.value == said == truth.ctr and abs(said - heart / width) <= 0.005 + 1e-9
    grade = graded_by_the_prompt(said)
    (graded,) = (e for e in made if e.task == "multi_class" and e.answer.options == GRADE_NAMES)
    assert graded.target == graded.answer.label == truth.grade == grade
    report = next(e.target for e in made if e.task == "report")
    numbers = re.findall(r"0\.\d+", report)
    assert numbers == [f"{said:.2f}"]
    assert (grade if grade != "normal" else "normal size") in report
    assert all(other not in report for other in GRADE_NAMES if other not in ("normal", grade))
    for entry in made:
        if entry.task == "vqa":
            assert agrees(entry, said, grade), (entry.prompt, entry.target)


def graded_by_the_prompt(ctr: float) -> str:
    """Read the limits out of the question that states them."""
    limits = [(name, float(most)) for name, most in re.findall(r"([a-z ]+?) up to (\d\.\d\d)", GRADE[0])]
    assert len(limits) == 3 and all(a[1] < b[1] for a, b in pairwise(limits))
    return next((name.strip() for name, most in limits if ctr <= most), GRADE_NAMES[-1])


def agrees(entry: Entry, ctr: float, grade: str) -> bool:
    if "half of the chest" in entry.prompt or "exceed 0.5" in entry.prompt:
        return entry.target == ("yes" if ctr > 0.5 else "no")
    if "large is the heart" in entry.prompt or "heart's size" in entry.prompt:
        return entry.target == grade
    return True
