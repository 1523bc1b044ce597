"""Torch tensors say what NumPy arrays say. A device's own libraries differ from the processor's by rounding alone."""

import numpy as np
import pytest

from angiogram.probe.algebra import NUMPY, algebra_of, computing_in, present_algebra, torch_algebra
from angiogram.probe.code_length import code_length
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.frozen import frozen_reader
from angiogram.probe.gram import gram_of
from angiogram.probe.permutation import permuted_labels
from angiogram.probe.smoother import Smoother

TORCH = torch_algebra("cpu")
NEAR = 1e-4
# Small and exact, dual, primal with folds that share a matrix, about as many cases as features, wide.
SHAPES = [(90, 20), (120, 400), (700, 230), (270, 260), (300, 1200)]


def made(N, D, seed=0):
    """Three classes in groups of three cases, with features whose variances fall as those of real taps do."""
    rng = np.random.default_rng(seed)
    groups = np.arange(N) // 3
    labels = rng.integers(0, 3, groups.max() + 1)[groups]
    X = rng.normal(size=(N, D)) * (1.0 + np.arange(D)) ** -0.8
    X[:, :3] += 0.7 * np.eye(3)[labels]
    X[:, 5] = 2.0  # constant
    folds = [(np.flatnonzero(groups % 5 != fold), np.flatnonzero(groups % 5 == fold)) for fold in range(5)]
    return (X @ rng.normal(size=(D, D))).astype(np.float32), labels, groups, folds


@pytest.mark.parametrize(("N", "D"), SHAPES)
def test_a_tap_reads_the_same(N, D):
    X, labels, groups, folds = made(N, D)
    permuted = permuted_labels(labels, folds, 20, 0, groups)
    own = probe_tap(X, labels, folds, permuted=permuted, groups=groups)
    with computing_in(TORCH):
        other = probe_tap(X, labels, folds, permuted=permuted, groups=groups)
    np.testing.assert_allclose(other.scores, own.scores, atol=NEAR)
    np.testing.assert_allclose(other.probabilities, own.probabilities, atol=NEAR)
    np.testing.assert_allclose(other.strengths, own.strengths, rtol=NEAR)
    assert own.null is not None and other.null is not None
    np.testing.assert_allclose(other.null, own.null, atol=1 / N)  # a case on the border
    assert np.mean(other.predicted != own.predicted) <= 1 / N


def test_the_code_is_as_long_and_a_frozen_reader_reads_the_same():
    X, labels, groups, folds = made(400, 150)
    moved = (X + np.random.default_rng(1).normal(size=X.shape)).astype(np.float32)
    own = code_length(X, labels, groups=groups).bits, *frozen_reader(X, moved, labels, folds)
    with computing_in(TORCH):
        other = code_length(X, labels, groups=groups).bits, *frozen_reader(X, moved, labels, folds)
    assert other[0] == pytest.approx(own[0], rel=NEAR)
    assert all(np.mean(a != b) <= 1 / 400 for a, b in zip(own[1:], other[1:], strict=True))


def test_features_stay_as_they_are():
    X = np.random.default_rng(0).normal(size=(50, 4))
    before = X.copy()
    with computing_in(TORCH):
        gram_of(X)
    np.testing.assert_array_equal(X, before)


def test_float32_gives_way_where_it_would_fail():
    X = np.random.default_rng(0).normal(size=(600, 250))
    X[:, 1] = X[:, 0]
    with computing_in(TORCH):
        gram = gram_of(X)
    assert Smoother(gram, gram.unit).dtype == np.float32
    assert Smoother(gram, 1e-4 * gram.unit).dtype == np.float64


def test_it_is_numpy_unless_a_device_is_asked_for():
    assert present_algebra() is NUMPY and algebra_of("cpu") is NUMPY and algebra_of("mps") is NUMPY
    with computing_in(TORCH):
        assert present_algebra() is TORCH
    assert present_algebra() is NUMPY
