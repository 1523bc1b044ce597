"""States, Holm, and how many cases would decide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.decision import cases_to_decide, decide, holm
from angiogram.statistics.bootstrap import resample_groups
from angiogram.statistics.interval import Interval


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_lies_between_no_correction_and_bonferroni_and_keeps_the_order(p):
    adjusted = holm(p)
    for raw, found in zip(p, adjusted, strict=True):
        assert raw <= found <= min(1.0, len(p) * raw) + 1e-12 or found == max(adjusted[: len(p)])
    order = np.argsort(p, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()
    assert adjusted[order[0]] == min(1.0, len(p) * p[order[0]])


@pytest.mark.parametrize(
    ("low", "high", "p", "state"),
    [
        (0.06, 0.2, 0.02, "present"),
        (0.06, 0.2, 0.03, "undetermined"),
        (0.04, 0.2, 0.001, "undetermined"),
        (-0.02, 0.04, 1.0, "absent"),
        (-0.3, -0.2, 1.0, "absent"),
        (-0.02, 0.05, 1.0, "undetermined"),
    ],
)
def test_states(low, high, p, state):
    assert decide(Interval((low + high) / 2, low, high), p, 0.05) == state


def split(n, lost, gained=0.0):
    u = (np.arange(n) + 0.5) / n
    return u < 0.8, (u < 0.8 - lost) | (u > 1 - gained)


@pytest.mark.parametrize("lost", [0.15, 0.07, 0.05])
def test_that_many_cases_do_decide(lost):
    """On as many cases as asked for, the same loss is decided; on half of them it is not."""
    loss = resample_groups(np.arange(100)).loss(*split(100, lost, 0.05))
    needed = cases_to_decide(loss, 100, 0.05, tests=1)
    assert needed > 150
    for n, decided in ((int(1.1 * needed), True), (int(0.5 * needed), False)):
        larger = resample_groups(np.arange(n)).loss(*split(n, lost, 0.05))
        assert larger.value == pytest.approx(loss.value, abs=0.008)
        found = decide(larger.interval(), larger.p_at_most(0.05), 0.05) != "undetermined"
        assert found == decided


def test_more_questions_at_once_need_more_cases():
    loss = resample_groups(np.arange(100)).loss(*split(100, 0.15, 0.05))
    assert cases_to_decide(loss, 100, 0.05, tests=4) > cases_to_decide(loss, 100, 0.05, tests=1)


def test_a_loss_at_the_margin_is_never_decided():
    loss = resample_groups(np.arange(200)).loss(*split(200, 0.05))
    assert cases_to_decide(loss, 200, loss.value, tests=4) is None
