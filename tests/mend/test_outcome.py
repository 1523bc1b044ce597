"""Whether the answer is back, by the rule of the ladder."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest

from angiogram.mend import outcome as room
from angiogram.mend.outcome import headline, lost_answer, returned

COUNT = 200


@dataclass(frozen=True)
class Predicted:
    labels: Any
    group_numbers: Any


@dataclass(frozen=True)
class Run:
    """As much of a finished run as is read here."""

    readings: Any
    predictions: Any = Predicted(np.arange(COUNT) % 4, np.arange(COUNT))
    seed: int = 0
    resamples: int = 300


def run(**shares) -> Run:
    """Stages that have the first so many cases right; a number that is given stays one."""
    readings = {key: np.arange(COUNT) < share * COUNT if key != "R" else share for key, share in shares.items()}
    return Run(readings)


@pytest.fixture(autouse=True)
def same_cases(monkeypatch):
    monkeypatch.setattr(room, "matched_runs", lambda *_: list(range(COUNT)))


def outcomes(before, after, *fault):
    return {each.stage: each.outcome for each in returned(cast(Any, before), cast(Any, after), fault, 0.05)}


BEFORE = run(R=0.95, V=0.9, C=0.85, U=0.9, S=0.3, G=0.1)


@pytest.mark.parametrize(
    ("words", "expected"), [(0.9, "brings it back"), (0.4, "brings a part back"), (0.11, "does not")]
)
def test_more_that_returns_is_called_more(words, expected):
    after = run(R=0.95, V=0.9, C=0.85, U=0.9, S=0.88, G=words)
    assert outcomes(BEFORE, after, "hand-over") == {"S": "brings it back", "G": expected}


def test_what_was_not_lost_is_not_needed():
    healthy = run(V=0.9, C=0.9, U=0.9, S=0.88, G=0.88)
    found = returned(cast(Any, healthy), cast(Any, healthy), (), 0.05)
    assert {each.outcome for each in found} == {"not needed"} and "nothing to bring back" in headline(found)


@pytest.mark.parametrize(
    ("fault", "stage", "target"),
    [
        (("vision",), "R", 0.95),
        (("vision", "connector"), "R", 0.95),
        (("connector",), "V", 0.9),
        (("words",), "U", 0.9),
    ],
)
def test_the_fault_says_from_where_on_it_is_lost(fault, stage, target):
    found = returned(cast(Any, BEFORE), cast(Any, BEFORE), fault, 0.05)
    assert {each.target_stage for each in found} == {stage}
    assert all(each.target == pytest.approx(target) for each in found)
    assert {each.outcome for each in found} == {"does not"}


def test_a_repair_is_for_the_answer_that_is_lost():
    assert lost_answer(cast(Any, BEFORE), ("words",), 0.05) == "S"
    assert lost_answer(cast(Any, run(V=0.9, C=0.9, U=0.9, S=0.88, G=0.1)), ("format",), 0.05) == "G"


def test_the_headline_says_by_how_much():
    after = run(R=0.95, V=0.9, C=0.85, U=0.9, S=0.88, G=0.4)
    said = headline(returned(cast(Any, BEFORE), cast(Any, after), ("words",), 0.05))
    assert said == (
        "The answer is back by likelihood (30 % to 88 % of 90 %) and is back in part only in words (10 % to 40 % of "
        "90 %)."
    )
