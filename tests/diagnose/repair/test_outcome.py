"""One rule for every rung: more that returns never looks like less, and controls only weaken."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.repair.outcome import outcome_of, weighed
from angiogram.statistics.interval import Interval
from tests.diagnose.made import around, rung

RANK = ("does not", "brings a part back", "undecided", "brings it back")
SHARES = st.floats(0.0, 1.0)


def outcome(recovered, lost, margin, controls=()):
    """Of a loss that is known: what came back beyond half of it is as sure as what came back."""
    beyond_half = Interval(*(end - lost / 2 for end in (recovered.value, recovered.low, recovered.high)))
    return outcome_of(recovered, beyond_half, lost, margin, controls)


@st.composite
def intervals(draw):
    value, below, above = draw(st.floats(-1, 1)), draw(st.floats(0, 0.5)), draw(st.floats(0, 0.5))
    return Interval(value, value - below, value + above)


@given(intervals(), SHARES, SHARES, st.floats(0, 0.5))
def test_the_more_returns_the_better_it_looks(recovered, more, lost, margin):
    better = Interval(recovered.value + more, recovered.low + more, recovered.high + more)
    if lost <= margin:
        assert outcome(recovered, lost, margin) == outcome(better, lost, margin) == "not needed"
        return
    weaker, stronger = (RANK.index(outcome(one, lost, margin)) for one in (recovered, better))
    assert weaker <= stronger


@given(intervals(), SHARES, st.floats(0, 0.5), st.lists(st.floats(-1, 1), max_size=3))
def test_controls_only_ever_weaken(recovered, lost, margin, controls):
    alone, beside = outcome(recovered, lost, margin), outcome(recovered, lost, margin, controls)
    assert beside == alone or (alone, beside) == ("brings it back", "proves nothing")
    assert outcome(recovered, lost, margin, [*controls, lost]) != "brings it back"


@given(intervals(), SHARES, st.floats(0, 0.5))
def test_what_may_be_an_accident_brings_nothing_back(recovered, lost, margin):
    if recovered.low <= 0:
        assert outcome(recovered, lost, margin) in ("does not", "undecided", "not needed")


@pytest.mark.parametrize(
    ("recovered", "expected"),
    [
        ((0.20, 0.01, 0.39), "brings it back"),
        ((0.19, 0.01, 0.37), "undecided"),
        ((0.20, 0.00, 0.40), "undecided"),
        ((0.10, 0.02, 0.18), "brings a part back"),
        ((0.04, 0.02, 0.06), "does not"),
        ((0.10, -0.01, 0.19), "does not"),
        ((-0.30, -0.40, -0.20), "does not"),
    ],
)
def test_of_40_points_that_are_lost(recovered, expected):
    assert outcome(Interval(*recovered), 0.4, 0.05) == expected


@pytest.mark.parametrize(("control", "expected"), [(0.19, "brings it back"), (0.2, "proves nothing")])
def test_a_control_that_returns_half_as_well_proves_that_the_repair_proves_nothing(control, expected):
    assert outcome(Interval(0.35, 0.3, 0.4), 0.4, 0.05, [-0.1, control]) == expected


def swapped(after, control, before=0.02, floor=0.5, target=0.98):
    """Two classes whose names are exchanged: nearly all answers are wrong, and a guess has half of them right."""
    half = (floor + target) / 2
    made = rung("own words", "undecided", after - before)
    made = replace(made, before=before, target=target, floor=floor, after=around(after, 0.02))
    made = replace(made, recovered=around(after - before, 0.02), beyond_half=around(after - half, 0.02))
    return weighed(made, 0.05, [control]).outcome


def test_what_a_guess_brings_back_is_no_repair_and_weakens_none():
    assert swapped(0.98, 0.54) == "brings it back"
    assert swapped(0.98, 0.71, floor=0.70) == "brings it back"
    assert swapped(0.98, 0.80) == "proves nothing"
    assert swapped(0.52, 0.5) == "brings a part back"  # a guess
    assert swapped(0.72, 0.7, floor=0.70, target=0.74) == "undecided"  # nothing but a guess is known of the target


def test_half_of_a_loss_that_is_not_sure_itself_is_not_surely_half():
    """By value 22 of 40 points return, each for sure; whether that is half of what was lost is not."""
    recovered, unsure = Interval(0.22, 0.18, 0.26), Interval(-0.02, -0.12, 0.08)
    assert outcome_of(recovered, unsure, 0.4, 0.05) == "undecided"


def test_a_control_that_could_not_be_made_leaves_it_undecided():
    recovered, beyond_half = Interval(0.35, 0.3, 0.4), Interval(0.15, 0.1, 0.2)
    assert outcome_of(recovered, beyond_half, 0.4, 0.05, [0.0, None]) == "undecided"
    assert outcome_of(recovered, beyond_half, 0.4, 0.05, [0.3, None]) == "proves nothing"
