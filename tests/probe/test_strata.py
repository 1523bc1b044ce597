"""What is told of the class inside strata: 0 where nothing is, 1 where all is, whatever else goes with the class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.probe.scores import balanced_accuracy
from angiogram.probe.strata import named_by_value, strata_of, summed_within
from angiogram.statistics.bootstrap import resample_groups


def j(labels: np.ndarray, values: np.ndarray, predicted: np.ndarray, classes: int) -> float:
    strata = strata_of(labels, values, classes)
    return 2 * summed_within(strata, labels, predicted, np.arange(len(labels))).value - 1


@st.composite
def made(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    """Labels and values of some cases, with two classes in the first stratum at least."""
    K, S, seed = draw(st.integers(2, 5)), draw(st.integers(1, 4)), draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    n = draw(st.integers(4, 60))
    labels, values = rng.integers(0, K, n), rng.integers(0, S, n)
    labels[:2], values[:2] = (0, 1), 0
    return labels, values, K


@given(made())
def test_all_right_is_one_and_what_the_value_alone_names_is_zero(case):
    labels, values, K = case
    assert j(labels, values, labels, K) == pytest.approx(1)
    assert j(labels, values, values % K, K) == pytest.approx(0, abs=1e-12)
    assert j(labels, values, np.full(len(labels), -1), K) == pytest.approx(0, abs=1e-12)  # nothing is named


@given(made(), st.integers(0, 10**6))
def test_it_does_not_matter_how_cases_values_and_classes_are_numbered(case, seed):
    labels, values, K = case
    rng = np.random.default_rng(seed)
    predicted = rng.integers(-1, K, len(labels))
    first = j(labels, values, predicted, K)
    assert -1 <= first <= 1
    order, classes, strata = rng.permutation(len(labels)), rng.permutation(K), rng.permutation(5)
    named = np.where(predicted < 0, -1, classes[predicted])
    assert j(classes[labels][order], strata[values][order], named[order], K) == pytest.approx(first)


@given(made(), st.integers(0, 10**6))
def test_without_strata_it_is_balanced_accuracy_corrected_for_chance(case, seed):
    labels, _, K = case
    labels = np.concatenate([labels, np.arange(K)])  # every class occurs
    predicted = np.random.default_rng(seed).integers(0, K, len(labels))
    found = j(labels, np.zeros_like(labels), predicted, K)
    assert found == pytest.approx((K * balanced_accuracy(labels, predicted) - 1) / (K - 1))


@given(made())
def test_the_weights_count_at_most_the_cases_inside(case):
    labels, values, K = case
    strata = strata_of(labels, values, K)
    assert 0 < strata.counting <= strata.inside.sum() + 1e-9
    assert 1 / K <= strata.majority < 1
    for stratum in np.unique(values):
        assert strata.inside[values == stratum].all() == (len(np.unique(labels[values == stratum])) > 1)


def test_a_probe_that_knows_half_of_the_class_is_worth_the_same_however_unequal_the_classes():
    rng = np.random.default_rng(0)
    n = 40_000
    values = rng.integers(0, 2, n)
    labels = (rng.random(n) < np.where(values == 1, 0.9, 0.3)).astype(np.int64)
    predicted = np.where(rng.random(n) < 0.75, labels, 1 - labels)  # J = 0.75 - 0.25
    assert j(labels, values, predicted, 2) == pytest.approx(0.5, abs=0.02)
    strata = strata_of(labels, values, 2)
    assert (predicted == labels).mean() < strata.majority  # by accuracy it would seem to know nothing


def test_two_of_many_classes_in_a_stratum_are_not_worth_less():
    rng = np.random.default_rng(1)
    n, K = 60_000, 12
    values = rng.integers(0, 6, n)
    labels = 2 * values + rng.integers(0, 2, n)  # each value has two classes of its own
    predicted = np.where(rng.random(n) < 0.5, labels, rng.integers(0, K, n))  # errors fall anywhere
    whole, left = j(labels, np.zeros_like(labels), predicted, K), j(labels, values, predicted, K)
    assert whole == pytest.approx(0.5, abs=0.02) and left == pytest.approx(0.5, abs=0.02)


def test_values_with_one_class_are_left_out():
    labels, values = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    strata = strata_of(labels, values, 2)
    assert not strata.inside.any() and strata.counting == 0 and np.isnan(strata.majority)


def test_an_interval_holds_the_truth_and_narrows_with_more_groups():
    rng = np.random.default_rng(2)
    widths, inside = [], 0
    for n in (100, 400):
        for _ in range(40):
            values = rng.integers(0, 3, n)
            labels = (rng.random(n) < 0.3 + 0.2 * values).astype(np.int64)
            predicted = np.where(rng.random(n) < 0.8, labels, 1 - labels)
            strata, draws = strata_of(labels, values, 2), resample_groups(np.arange(n), count=500)
            half = draws.summed(summed_within(strata, labels, predicted, draws.groups)).interval()
            inside += half.low <= 0.8 <= half.high  # (0.6 + 1) / 2
            widths.append(half.high - half.low)
    assert inside >= 70  # of 80
    assert 1.6 < np.mean(widths[:40]) / np.mean(widths[40:]) < 2.6


def test_a_value_that_was_never_taught_is_given_the_most_frequent_class():
    labels, values = np.array([0, 1, 1, 0, 0]), np.array([0, 1, 1, 2, 1])
    assert named_by_value(labels, values, [(np.arange(3), np.arange(3, 5))])[3:].tolist() == [1, 1]
