"""A metric of sums is the metric of the cases put together."""

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
def test_on_a_resample_each_is_the_metric_of_the_cases_drawn(seed):
    labels, p, predicted, groups, counts = made(seed)
    samples = {
        "balanced": summed_balanced_accuracy(labels, predicted, groups, 3).samples(counts),
        "f1": summed_macro_f1(labels, predicted, groups, 3).samples(counts),
        "calibration": summed_calibration_error(labels, p, groups).samples(counts),
    }
    for b, row in enumerate(counts):
        drawn = np.repeat(np.arange(60), row[groups])
        assert samples["balanced"][b] == pytest.approx(balanced_accuracy(labels[drawn], predicted[drawn]))
        assert samples["f1"][b] == pytest.approx(macro_f1(labels[drawn], predicted[drawn]))
        assert samples["calibration"][b] == pytest.approx(expected_calibration_error(labels[drawn], p[drawn]))


def test_areas_vary_over_resamples_as_exact_ones_do():
    rng = np.random.default_rng(0)
    labels = np.arange(300) % 3
    scores = rng.normal(size=(300, 3)) + np.eye(3)[labels]
    groups = np.arange(300) // 3
    counts = rng.multinomial(100, np.full(100, 0.01), size=200)
    samples = summed_macro_auroc(labels, scores, groups).samples(counts)
    exact = [macro_auroc(labels[d], scores[d]) for d in (np.repeat(np.arange(300), row[groups]) for row in counts)]
    assert np.abs(samples - exact).max() < 0.01
    assert np.std(samples) == pytest.approx(np.std(exact), rel=0.05)


def test_the_interval_of_a_calibration_error_lies_below_what_chance_adds():
    rng = np.random.default_rng(5)
    probabilities = rng.dirichlet([2, 2], 300)
    labels = (rng.random(300) < probabilities[:, 1]).astype(np.int64)  # calibrated: the error of the population is 0
    summed = summed_calibration_error(labels, probabilities, np.arange(300))
    counts = rng.multinomial(300, np.full(300, 1 / 300), 500)
    plain, moved = summed.samples(counts), calibration_error_samples(summed, counts)
    assert plain.mean() > summed.value > moved.mean() and moved.min() == 0.0
    assert np.quantile(moved, 0.975) > 0
