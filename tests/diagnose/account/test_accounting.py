"""Losses add up to the last bit."""

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.diagnose.account.accounting import account, mode_ends
from angiogram.diagnose.terms import STAGES
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import resample_groups
from angiogram.statistics.exact import exact_accuracy, exact_number, exact_share

OPTIONAL = [set(c) for r in range(4) for c in itertools.combinations("RIS", r)]


def readings(n, seed, keys):
    rng = np.random.default_rng(seed)
    return {key: rng.random(n) < rng.random() for key in STAGES if key in keys}


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(2, 700),
    seed=st.integers(0, 10_000),
    optional=st.sampled_from(OPTIONAL),
    number=st.none() | st.floats(0, 1),
)
def test_the_steps_add_up_exactly(n, seed, optional, number):
    right = readings(n, seed, {"V", "C", "U", "G"} | optional)
    if number is not None:
        right["R"] = number
    result = account(right, resample_groups(np.arange(n), count=20))
    losses = [step.loss.value for step in result.steps]
    assert sum(losses) == sum(reversed(losses)) == math.fsum(losses) == result.total.value
    first, last = result.steps[0].start, result.steps[-1].end
    assert result.total.value == result.accuracies[first].value - result.accuracies[last].value
    for step in result.steps:
        assert step.loss.value == result.accuracies[step.start].value - result.accuracies[step.end].value
        if isinstance(right[step.start], np.ndarray):
            cases = int(right[step.start].sum()) - int(right[step.end].sum())  # whole cases
            assert step.loss.value == pytest.approx(cases / n, abs=2e-12)
        assert step.loss.low <= step.loss.value <= step.loss.high
    assert json.loads(json.dumps(losses)) == losses


@given(correct=st.integers(0, 10**6), extra=st.integers(0, 10**6))
def test_exact_shares_are_within_a_billionth_of_a_case(correct, extra):
    cases = correct + extra + 1
    assert exact_share(correct, cases) == pytest.approx(correct / cases, abs=5e-13)
    assert exact_number(exact_share(correct, cases)) == exact_share(correct, cases)
    assert exact_share(cases, cases) == 1.0 and exact_share(0, cases) == 0.0


def test_exact_accuracy_counts():
    assert exact_accuracy(np.array([True, False, True, False])) == 0.5


def test_steps_follow_the_flow_and_carry_their_mode():
    result = account(readings(50, 0, set(STAGES)), resample_groups(np.arange(50)))
    assert [(s.start + s.end, s.mode) for s in result.steps] == [
        ("RV", "vision"),
        ("VC", "connector"),
        ("CI", "comprehension"),
        ("IU", "comprehension"),
        ("US", "mapping"),
        ("SG", "mapping"),
    ]


def test_a_gain_is_negative():
    right = {"V": np.arange(40) < 20, "C": np.arange(40) < 30, "U": np.arange(40) < 30, "G": np.arange(40) < 30}
    assert account(right, resample_groups(np.arange(40))).steps[0].loss.value == -0.25


def test_every_allowed_set_of_stages_has_titles():
    for optional in OPTIONAL:
        for answer in ({"G"}, {"S"}):
            keys = {"V", "C", "U"} | optional | answer
            result = account(readings(20, 1, keys), resample_groups(np.arange(20), count=20))
            assert all(step.title for step in result.steps)
            assert mode_ends(readings(5, 0, keys))["mapping"] == ("U", "G" if "G" in keys else "S")
            assert ("vision" in mode_ends(readings(5, 0, keys))) == ("R" in keys)


def test_a_specialist_given_as_a_number_is_exact():
    result = account({**readings(60, 0, set("VCUG")), "R": 0.93}, resample_groups(np.arange(60)))
    reference = result.accuracies["R"]
    assert reference.low == reference.value == reference.high
    assert result.steps[0].loss.high > result.steps[0].loss.low


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"C": None}, "missing: C"),
        ({"G": None}, "needs an answer"),
        ({"V": 0.8}, "Only the specialist R may be a plain number; stage V"),
        ({"V": np.ones(20)}, "Stage V must say right or wrong"),
        ({"R": 1.2}, "between 0 and 1, not 1.2"),
        ({"V": np.ones(19, dtype=bool)}, "20 cases were resampled, but 19"),
    ],
)
def test_readings_that_cannot_be_accounted_for_are_refused(change, message):
    right = {k: v for k, v in {**readings(20, 0, set("VCUG")), **change}.items() if v is not None}
    with pytest.raises(InputError, match=message):
        account(right, resample_groups(np.arange(20), count=20))
