"""One rule for every rung: more that returns never looks like less, and controls only weaken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.repair.outcome import outcome_of
from angiogram.diagnose.terms import Interval

RANK = ("does not", "brings a part back", "undecided", "brings it back")
SHARES = st.floats(0.0, 1.0)


@st.composite
def intervals(draw):
    value, below, above = draw(st.floats(-1, 1)), draw(st.floats(0, 0.5)), draw(st.floats(0, 0.5))
    return Interval(value, value - below, value + above)


@given(intervals(), SHARES, SHARES, st.floats(0, 0.5))
def test_the_more_returns_the_better_it_looks(recovered, more, lost, margin):
    better = Interval(recovered.value + more, recovered.low + more, recovered.high + more)
    if lost <= margin:
        assert outcome_of(recovered, lost, margin) == outcome_of(better, lost, margin) == "not needed"
        return
    weaker, stronger = (RANK.index(outcome_of(one, lost, margin)) for one in (recovered, better))
    assert weaker <= stronger


@given(intervals(), SHARES, st.floats(0, 0.5), st.lists(st.floats(-1, 1), max_size=3))
def test_controls_only_ever_weaken(recovered, lost, margin, controls):
    alone, beside = outcome_of(recovered, lost, margin), outcome_of(recovered, lost, margin, controls)
    assert beside == alone or (alone, beside) == ("brings it back", "proves nothing")
    assert outcome_of(recovered, lost, margin, [*controls, lost]) != "brings it back"


@given(intervals(), SHARES, st.floats(0, 0.5))
def test_what_may_be_an_accident_brings_nothing_back(recovered, lost, margin):
    if recovered.low <= 0:
        assert outcome_of(recovered, lost, margin) in ("does not", "undecided", "not needed")


@pytest.mark.parametrize(
    ("recovered", "outcome"),
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
def test_of_40_points_that_are_lost(recovered, outcome):
    assert outcome_of(Interval(*recovered), 0.4, 0.05) == outcome


@pytest.mark.parametrize(("control", "outcome"), [(0.19, "brings it back"), (0.2, "proves nothing")])
def test_a_control_that_returns_half_as_well_proves_that_the_repair_proves_nothing(control, outcome):
    assert outcome_of(Interval(0.35, 0.3, 0.4), 0.4, 0.05, [-0.1, control]) == outcome
