"""One factor's fits, and fits without a group: primal and dual, float32 and float64 say the same."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.probe.gram import gram_of
from angiogram.probe.held_out import HeldOut
from angiogram.probe.smoother import Smoother, Targets
from angiogram.probe.units import Units

SHAPES = [(600, 250), (250, 600), (300, 300), (60, 8), (8, 60)]


def made(N, D, seed=0):
    """Correlated features: variances fall as 1 / rank^1.6, as on the taps of real models."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, D)) * (1.0 + np.arange(D)) ** -0.8 @ rng.normal(size=(D, D))
    return X, np.eye(4)[rng.integers(0, 4, N)]


def exact(gram):
    return replace(gram, cases=gram.cases.astype(np.float64), matrix=gram.exact)


@pytest.mark.parametrize(("N", "D"), SHAPES)
@pytest.mark.parametrize("relative", [1e-2, 1.0])
def test_primal_equals_dual(N, D, relative):
    X, Y = made(N, D)
    new = np.random.default_rng(1).normal(size=(5, D))
    unit = np.arange(N) // 3
    found = []
    for dual in (False, True):
        gram = exact(gram_of(X, dual))
        smoother, targets = Smoother(gram, relative * N), Targets(gram, Y)
        weights_of_units = smoother.weights_of_cases(new, Units(smoother.gram, unit))
        by_case = smoother.half(new).T @ smoother.known
        np.testing.assert_allclose(weights_of_units, by_case @ np.eye(unit.max() + 1)[unit], atol=1e-8)
        np.testing.assert_allclose(by_case @ targets.centred, new @ smoother.weights(targets), atol=1e-8)
        found.append((smoother.weights(targets), smoother.leave_out(targets, HeldOut.of(unit)), by_case))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-7)


@pytest.mark.parametrize(("N", "D"), SHAPES)
@pytest.mark.parametrize("size", [1, 4])
def test_some_groups_held_out_are_those_of_all(N, D, size):
    X, Y = made(N, D)
    gram, group = gram_of(X), np.arange(N) // size
    targets, all_cases = Targets(gram, Y), HeldOut.of(group)
    every = np.empty_like(Y)
    every[all_cases.rows] = Smoother(gram, 3.0).leave_out(targets, all_cases)
    for most in (3, N // 2):
        held = HeldOut.of(group, most)
        assert len(held.rows) < N
        np.testing.assert_allclose(Smoother(gram, 3.0).leave_out(targets, held), every[held.rows], atol=1e-3)


@pytest.mark.parametrize(("N", "D"), [(600, 250), (250, 600), (300, 300)])
@pytest.mark.parametrize("relative", [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e3])
def test_float32_is_near_float64_at_every_strength(N, D, relative):
    X, Y = made(N, D)
    low = gram_of(X)
    high = exact(low)
    strength = relative * low.unit
    found = []
    for gram in (low, high):
        targets, smoother = Targets(gram, Y), Smoother(gram, strength)
        found.append((smoother.leave_out(targets, HeldOut.of(np.arange(N) // 3)), X @ smoother.weights(targets)))
    for one, other in zip(*found, strict=True):
        assert np.abs(one - other).max() < 5e-3 * max(1.0, np.abs(other).max())
    assert np.square(found[0][0]).sum() == pytest.approx(np.square(found[1][0]).sum(), rel=2e-3)


def test_float32_gives_way_where_it_would_fail():
    """With two features that are the same and next to no strength, float32 takes the matrix for singular."""
    X, _ = made(600, 250)
    X[:, 1] = X[:, 0]
    gram = gram_of(X)
    assert Smoother(gram, gram.unit).root.dtype == np.float32
    assert Smoother(gram, 1e-4 * gram.unit).root.dtype == np.float64
    assert np.isfinite(np.tril(Smoother(gram, 1e-7 * gram.unit).root)).all()
