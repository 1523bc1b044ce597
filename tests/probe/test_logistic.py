"""The logistic probe equals scikit-learn, its rotation is lossless, and its strength comes from groups held out."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from angiogram.errors import InputError
from angiogram.probe.inner import inner_folds
from angiogram.probe.lbfgs import minimise
from angiogram.probe.logistic import STRENGTHS, LogisticProbe


def made(seed, N, D, K):
    rng = np.random.default_rng(seed)
    y = np.append(np.arange(K), rng.integers(0, K, N - K))
    return rng.normal(size=(N, D)) * rng.uniform(0.1, 10, D) + rng.normal(size=(K, D))[y], y


@pytest.mark.parametrize(("N", "D", "K"), [(60, 8, 3), (30, 80, 4), (40, 40, 2), (60, 5, 7), (50, 200, 2)])
@pytest.mark.parametrize("strength", [0.05, 1.0, 100.0])
def test_equals_scikit_learn_at_the_same_strength(N, D, K, strength):
    X, y = made(0, N, D, K)
    new = np.random.default_rng(1).normal(size=(25, D)) * 5
    scaler = StandardScaler().fit(X)
    reference = LogisticRegression(C=1 / strength, tol=1e-9, max_iter=20_000).fit(scaler.transform(X), y)
    probe = LogisticProbe([strength], tolerance=1e-9).fit(X, y)
    np.testing.assert_allclose(probe.scores(new), reference.predict_proba(scaler.transform(new)), atol=2e-5)
    np.testing.assert_array_equal(probe.predict(new), reference.predict(scaler.transform(new)))
    weights = reference.coef_.T if K > 2 else np.hstack([-reference.coef_.T, reference.coef_.T]) / 2
    np.testing.assert_allclose(probe.coef_, weights, atol=1e-4)


def test_the_default_tolerance_predicts_alike():
    X, y = made(2, 300, 40, 6)
    scaler = StandardScaler().fit(X)
    for strength in (0.1, 10.0):
        reference = LogisticRegression(C=1 / strength, tol=1e-9, max_iter=20_000).fit(scaler.transform(X), y)
        probe = LogisticProbe([strength]).fit(X, y)
        assert np.mean(probe.predict(X) == reference.predict(scaler.transform(X))) >= 0.99


def test_the_strength_has_the_least_held_out_error():
    X, y = made(3, 120, 30, 3)
    probe = LogisticProbe(tolerance=1e-7).fit(X, y)
    fold = inner_folds(y)
    Z = StandardScaler().fit_transform(X)
    errors = {}
    for strength in STRENGTHS:
        p = np.empty((120, 3))
        for number in range(5):
            out = fold == number
            fit = LogisticRegression(C=1 / strength, tol=1e-7, max_iter=20_000).fit(Z[~out], y[~out])
            p[out] = fit.predict_proba(Z[out])
        errors[strength] = np.mean((p - np.eye(3)[y]) ** 2)
    assert probe.strength_ == min(errors, key=errors.get)


def test_groups_ask_for_more_shrinkage_than_their_cases_one_by_one():
    """Cases of a group are copies: held out alone, a case is still seen."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(40), 6)
    y = rng.integers(0, 2, 40)[groups]
    X = rng.normal(size=(40, 60))[groups] + 0.05 * rng.normal(size=(240, 60)) + 0.3 * y[:, None]
    assert LogisticProbe().fit(X, y, groups).strength_ > LogisticProbe().fit(X, y).strength_


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(2, 40), K=st.integers(2, 5), count=st.integers(2, 6))
def test_inner_folds_divide_no_group_and_spread_the_classes(seed, units, K, count):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(units), rng.integers(1, 5, units))
    index = rng.integers(0, K, units)[groups]
    fold = inner_folds(index, groups, count)
    assert all(len(np.unique(fold[groups == g])) == 1 for g in range(units))
    assert set(fold.tolist()) == set(range(min(count, units)))
    for k in range(K):  # whole groups of one class: their numbers differ by one at most
        held = [len(np.unique(groups[(index == k) & (fold == f)])) for f in range(min(count, units))]
        assert max(held) - min(held) <= 1


def test_a_single_group_cannot_be_cut():
    assert inner_folds(np.array([0, 1, 0]), np.array([5, 5, 5])) is None


def test_problems_of_a_batch_do_not_see_each_other():
    rng = np.random.default_rng(0)
    root = torch.from_numpy(rng.normal(size=(4, 6, 6)))
    bowls = root @ root.mT + torch.eye(6, dtype=torch.float64)
    target = torch.from_numpy(rng.normal(size=(4, 6)))

    def objective(which):
        def value(x):
            gradient = torch.einsum("bij,bj->bi", bowls[which], x - target[which])
            return ((x - target[which]) * gradient).sum(1) / 2, gradient

        return value

    ones = torch.ones(6, dtype=torch.float64)
    together = minimise(objective(slice(None)), torch.zeros(4, 6, dtype=torch.float64), ones, 1e-10)
    torch.testing.assert_close(together, target)
    for b in range(4):
        alone = minimise(objective(slice(b, b + 1)), torch.zeros(1, 6, dtype=torch.float64), ones, 1e-10)
        torch.testing.assert_close(alone[0], together[b])


@pytest.mark.parametrize("strengths", [[], [0.0], [-1.0], [np.inf]])
def test_strengths_must_be_positive(strengths):
    with pytest.raises(InputError, match="must be positive"):
        LogisticProbe(strengths)


def test_one_inner_fold_is_refused():
    with pytest.raises(InputError, match="at least 2 inner folds, not 1"):
        LogisticProbe(folds=1)
