"""Gram matrices of folds: each is its own training side's, however it was made, and knows nothing of the others."""

import numpy as np
import pytest

from angiogram.probe.gram import gram_of, grams_of_folds

N, D = 700, 230


def cross_validation(n, k):
    return [np.flatnonzero(np.arange(n) % k != fold) for fold in range(k)]


def made(seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(N, D)) @ rng.normal(size=(D, D)) + 30 * rng.normal(size=D)).astype(np.float32)


def assert_alike(one, other):
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(one.scale, other.scale, rtol=1e-6)
    np.testing.assert_allclose(one.cases, other.cases, atol=2e-5)
    np.testing.assert_allclose(one.matrix, other.matrix, atol=2e-6 * len(one.cases))
    assert one.unit == pytest.approx(other.unit, rel=1e-5)


def test_a_difference_is_the_matrix_of_the_training_side():
    X, folds = made(), cross_validation(N, 5)
    for rows, shared in zip(folds, grams_of_folds(X, folds), strict=True):
        assert shared.matrix.dtype == np.float32 and not shared.dual
        assert_alike(shared, gram_of(X[rows]))


def test_slightly_more_features_than_cases_share_too():
    X, folds = made()[:270], cross_validation(270, 5)
    for rows, shared in zip(folds, grams_of_folds(X, folds), strict=True):
        assert len(rows) < D and not shared.dual
        assert_alike(shared, gram_of(X[rows], dual=False))


@pytest.mark.parametrize(("stretch", "shift"), [(1.5, 2.0), (10.0, 500.0)])
def test_the_cases_left_out_leave_no_trace(stretch, shift):
    """A fold's matrix is the same when its test cases are moved and stretched."""
    X, folds = made(), cross_validation(N, 5)
    other = X.copy()
    other[::5] = stretch * other[::5] + shift
    assert_alike(next(grams_of_folds(other, folds)), next(grams_of_folds(X, folds)))


@pytest.mark.parametrize("hidden", ["constant", "steady", "far away"])
def test_a_feature_that_hardly_varies_in_one_training_side_is_taken_as_it_is_there(hidden):
    X, folds = made().astype(np.float64), cross_validation(N, 5)
    X[folds[0], 3] = {"constant": 7.0, "steady": 1e-4 * X[folds[0], 3], "far away": 1e4 + X[folds[0], 3]}[hidden]
    for rows, shared in zip(folds, grams_of_folds(X, folds), strict=True):
        assert_alike(shared, gram_of(X[rows]))
    assert np.isinf(next(grams_of_folds(X, folds)).scale[3]) == (hidden == "constant")


@pytest.mark.parametrize(
    "folds",
    [[np.arange(500)], [np.arange(400), np.arange(300, 700)], cross_validation(N, 5)[:3], cross_validation(N, 2)],
    ids=["an official split", "training sides that do not cover", "three of five folds", "two halves"],
)
def test_any_folds_will_do(folds):
    X = made()
    for rows, shared in zip(folds, grams_of_folds(X, folds), strict=True):
        assert_alike(shared, gram_of(X[rows]))


def test_small_ones_are_float64_and_the_exact_matrix_always_is():
    X = made()
    assert gram_of(X[:150]).matrix.dtype == np.float64
    large = gram_of(X)
    assert large.matrix.dtype == np.float32 and large.exact.dtype == np.float64
    np.testing.assert_allclose(large.exact, large.matrix, atol=2e-6 * N)
