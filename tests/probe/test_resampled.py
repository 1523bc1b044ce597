"""A metric of sums is the metric of the cases put together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.probe.resampled import (
    calibration_error_samples,
    summed_balanced_accuracy,
    summed_calibration_error,
    summed_macro_auroc,
    summed_macro_f1,
)
from angiogram.probe.scores import balanced_accuracy, expected_calibration_error, macro_auroc, macro_f1


def made(seed, K=3, n=60, ties=False):
    rng = np.random.default_rng(seed)
    labels = np.append(np.arange(K), rng.integers(0, K, n - K))
    p = rng.dirichlet(np.ones(K), n) + 0.3 * np.eye(K)[labels]
    p = p.round(1) + 0.01 if ties else p
    p /= p.sum(axis=1, keepdims=True)
    groups = np.append(np.arange(20), rng.integers(0, 20, n - 20))
    counts = rng.multinomial(20, np.full(20, 1 / 20), size=4)
    return labels, p, p.argmax(axis=1), groups, counts


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), K=st.integers(2, 6), ties=st.booleans())
def test_on_the_cases_themselves_each_is_the_plain_metric(seed, K, ties):
    labels, p, predicted, groups, _ = made(seed, K, ties=ties)
    assert summed_balanced_accuracy(labels, predicted, groups, K).value == pytest.approx(
        balanced_accuracy(labels, predicted)
    )
    assert summed_macro_f1(labels, predicted, groups, K).value == pytest.approx(macro_f1(labels, predicted))
    assert summed_calibration_error(labels, p, groups).value == pytest.approx(expected_calibration_error(labels, p))
    assert summed_macro_auroc(labels, p, groups).value == pytest.approx(macro_auroc(labels, p))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_on_a_resample_the_calibration_error_is_that_of_the_cases_drawn(seed):
    labels, p, _, groups, counts = made(seed)
    summed = summed_calibration_error(labels, p, groups)
    for row in counts:
        drawn = np.repeat(np.arange(60), row[groups])
        assert summed.metric(row @ summed.sums) == pytest.approx(expected_calibration_error(labels[drawn], p[drawn]))


def drawn_by_hand(seed, metric, groups, count=300):
    """A metric of cases, on resamples of the groups; and their counts, in which each pseudo-case is drawn once."""
    G = groups.max() + 1
    counts = np.random.default_rng(seed).multinomial(G, np.full(G, 1 / G), size=count)
    exact = [metric(np.repeat(np.arange(len(groups)), row[groups])) for row in counts]
    return np.array(exact), np.hstack([counts, np.ones((count, 2), dtype=int)])


@pytest.mark.parametrize("name", ["balanced accuracy", "F1", "AUROC"])
def test_ratios_vary_over_resamples_as_exact_ones_do(name):
    rng = np.random.default_rng(0)
    labels = np.arange(900) % 3
    scores = rng.normal(size=(900, 3)) + np.eye(3)[labels]
    predicted, groups = scores.argmax(axis=1), np.arange(900) // 3
    named = (labels, predicted, groups, 3)
    summed, metric = {
        "balanced accuracy": (
            summed_balanced_accuracy(*named),
            lambda drawn: balanced_accuracy(labels[drawn], predicted[drawn]),
        ),
        "F1": (summed_macro_f1(*named), lambda drawn: macro_f1(labels[drawn], predicted[drawn])),
        "AUROC": (summed_macro_auroc(labels, scores, groups), lambda drawn: macro_auroc(labels[drawn], scores[drawn])),
    }[name]
    exact, counts = drawn_by_hand(1, metric, groups)
    samples = summed.samples(counts)
    assert np.abs(samples - exact).max() < 0.008
    assert np.std(samples) == pytest.approx(np.std(exact), rel=0.05)


def one_diagnosis(seed, patients=(8, 4), size=6):
    """Patients of one class each, whose cases are read alike."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.repeat(np.arange(len(patients)), patients), size)
    groups = np.arange(len(labels)) // size
    right = rng.random(len(labels)) < rng.beta(4, 2, groups.max() + 1)[groups]
    return labels, np.where(right, labels, (labels + 1) % len(patients)), groups


def test_a_class_of_few_patients_varies_as_their_shares_do():
    """Without pseudo-cases: the variance of a mean over classes, of m patients each, with divisors m - 1."""
    for seed in range(20):
        labels, predicted, groups = one_diagnosis(seed)
        ratios = replace(summed_balanced_accuracy(labels, predicted, groups, 2), extremes=np.full((2, 4), 1e-9))
        G = groups.max() + 1
        moved = ratios.samples(np.vstack([np.ones(G + 2), np.ones(G + 2) + np.eye(G + 2)[:G]]))
        shares = (labels == predicted).reshape(G, -1).mean(axis=1)
        expected = (shares[:8].var(ddof=1) / 8 + shares[8:].var(ddof=1) / 4) / 4
        assert ((moved[1:] - moved[0]) ** 2).sum() == pytest.approx(expected, rel=0.03)


def test_macro_f1_loses_most_of_the_bias_of_few_patients():
    truth = np.mean([macro_f1(*one_diagnosis(1000 + seed, (600, 300))[:2]) for seed in range(20)])
    values, middles = [], []
    for seed, rare in enumerate(np.random.default_rng(7).binomial(12, 1 / 3, 1500)):
        if 0 < rare < 12:
            labels, predicted, groups = one_diagnosis(seed, (12 - rare, rare))
            summed = summed_macro_f1(labels, predicted, groups, 2)
            values.append(summed.value)
            middles.append(summed.samples(np.ones((1, 14)))[0])
    assert abs(np.mean(middles) - truth) < abs(np.mean(values) - truth) / 2


def test_fewer_groups_carry_a_score_where_a_class_has_few():
    labels, predicted, groups = one_diagnosis(0, (6, 6))
    assert summed_balanced_accuracy(labels, predicted, groups, 2).carriers == pytest.approx(12)
    labels, predicted, groups = one_diagnosis(0, (10, 2))
    shares = np.append(np.full(10, 0.01), np.full(2, 0.25))
    assert summed_balanced_accuracy(labels, predicted, groups, 2).carriers == pytest.approx(
        shares.sum() ** 2 / (shares**2).sum()
    )
    mixed = np.arange(72) % 2  # every patient has cases of both
    assert summed_balanced_accuracy(mixed, mixed, groups, 2).carriers == pytest.approx(12)


def test_a_class_that_never_occurs_counts_for_nothing():
    labels, predicted, groups = one_diagnosis(3)
    scores = np.random.default_rng(0).random((len(labels), 2))
    wide = np.hstack([scores, np.zeros((len(labels), 3))])
    counts = np.random.default_rng(1).multinomial(14, np.full(14, 1 / 14), size=20)
    for few, many in (
        (
            summed_balanced_accuracy(labels, predicted, groups, 2),
            summed_balanced_accuracy(labels, predicted, groups, 5),
        ),
        (summed_macro_f1(labels, predicted, groups, 2), summed_macro_f1(labels, predicted, groups, 5)),
        (summed_macro_auroc(labels, scores, groups), summed_macro_auroc(labels, wide, groups)),
    ):
        assert many.value == few.value and many.carriers == few.carriers
        np.testing.assert_allclose(many.samples(counts), few.samples(counts))


def test_the_interval_of_a_calibration_error_lies_below_what_chance_adds():
    rng = np.random.default_rng(5)
    probabilities = rng.dirichlet([2, 2], 300)
    labels = (rng.random(300) < probabilities[:, 1]).astype(np.int64)  # calibrated: the error of the population is 0
    summed = summed_calibration_error(labels, probabilities, np.arange(300))
    counts = rng.multinomial(300, np.full(300, 1 / 300), 500)
    plain, moved = summed.metric(counts @ summed.sums), calibration_error_samples(summed, counts)
    assert plain.mean() > summed.value > moved.mean() and moved.min() == 0.0
    assert np.quantile(moved, 0.975) > 0
