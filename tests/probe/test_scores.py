"""Scores equal scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, roc_auc_score

from angiogram.errors import InputError
from angiogram.probe.scores import (
    accuracy,
    balanced_accuracy,
    calibration_gaps,
    expected_calibration_error,
    macro_auroc,
    macro_f1,
    majority,
    skill,
)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), K=st.integers(2, 6), n=st.integers(12, 60), ties=st.booleans())
def test_equals_scikit_learn(seed, K, n, ties):
    rng = np.random.default_rng(seed)
    labels = np.append(np.arange(K), rng.integers(0, K, n - K))
    scores = rng.normal(size=(n, K)) + np.eye(K)[labels]
    scores = scores.round(0) if ties else scores
    predicted = scores.argmax(axis=1)
    assert accuracy(labels, predicted) == pytest.approx(accuracy_score(labels, predicted))
    assert balanced_accuracy(labels, predicted) == pytest.approx(balanced_accuracy_score(labels, predicted))
    assert macro_f1(labels, predicted) == pytest.approx(f1_score(labels, predicted, average="macro"))
    expected = np.mean([roc_auc_score(labels == k, scores[:, k]) for k in range(K)])
    assert macro_auroc(labels, scores) == pytest.approx(expected)


def test_classes_without_cases_are_left_out():
    labels = np.array([0, 2, 0, 2])
    scores = np.array([[0.9, 0.5, 0.1], [0.2, 0.9, 0.8], [0.6, 0.1, 0.3], [0.1, 0.2, 0.7]])
    assert macro_auroc(labels, scores) == 1.0
    assert balanced_accuracy(labels, np.array([0, 2, 2, 2])) == 0.75


def test_one_class_has_no_curve():
    with pytest.raises(InputError, match="at least two classes"):
        macro_auroc(np.zeros(3, dtype=np.int64), np.zeros((3, 2)))


def test_skill_and_majority():
    assert majority(np.array([2, 2, 0])) == pytest.approx(2 / 3)
    assert skill(1.0, 0.3) == 1.0
    assert skill(0.3, 0.3) == 0.0
    assert skill(0.0, 0.5) == -1.0
    with pytest.raises(InputError, match="100%"):
        skill(1.0, 1.0)


def test_calibrated_probabilities_have_a_small_error_and_boasts_a_large_one():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), 20_000)
    labels = (p.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert expected_calibration_error(labels, p) < 0.015
    boasts = np.eye(4)[p.argmax(axis=1)]
    assert expected_calibration_error(labels, boasts) == pytest.approx(1 - np.mean(p.argmax(axis=1) == labels))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), K=st.integers(2, 6), bins=st.integers(1, 20))
def test_calibration_error_is_its_definition(seed, K, bins):
    rng = np.random.default_rng(seed)
    labels, p = rng.integers(0, K, 50), rng.dirichlet(np.ones(K), 50)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    expected = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            expected += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    assert expected_calibration_error(labels, p, bins) == pytest.approx(expected)
    bin_of, gap = calibration_gaps(labels, p, bins)
    assert np.abs(np.bincount(bin_of, gap)).sum() / 50 == pytest.approx(expected)
