"""The ridge probe equals scikit-learn, and bad features are refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.preprocessing import StandardScaler

from angiogram.errors import InputError
from angiogram.probe.gram import gram_of
from angiogram.probe.principal import principal_axes
from angiogram.probe.ridge import RidgeProbe
from angiogram.probe.strength import strength_grid


def made(seed, N, D, K):
    rng = np.random.default_rng(seed)
    y = np.append(np.arange(K), rng.integers(0, K, N - K))
    return rng.normal(size=(N, D)) * rng.uniform(0.1, 10, D) + rng.normal(size=(K, D))[y], y


@pytest.mark.parametrize(("N", "D", "K"), [(60, 8, 3), (20, 50, 4), (30, 30, 2), (40, 5, 7)])
@pytest.mark.parametrize("strength", [0.01, 1.0, 100.0])
def test_equals_scikit_learn_at_the_same_strength(N, D, K, strength):
    X, y = made(0, N, D, K)
    new = np.random.default_rng(1).normal(size=(25, D)) * 5
    probe = RidgeProbe([strength]).fit(X, y)
    scaler = StandardScaler().fit(X)
    Z, Z_new = scaler.transform(X), scaler.transform(new)
    reference = Ridge(alpha=strength).fit(Z, np.eye(K)[y])
    np.testing.assert_allclose(probe.scores(new), reference.predict(Z_new), atol=1e-8)
    np.testing.assert_allclose(probe.coef_, reference.coef_.T, atol=1e-8)
    classifier = RidgeClassifier(alpha=strength).fit(Z, y)
    np.testing.assert_array_equal(probe.predict(new), classifier.predict(Z_new))
    assert probe.score(X, y) == pytest.approx(classifier.score(Z, y))
    if K > 2:
        np.testing.assert_allclose(2 * probe.decision_function(new) - 1, classifier.decision_function(Z_new), atol=1e-8)


def test_the_strength_has_the_least_leave_one_out_error_of_the_grid():
    X, y = made(3, 80, 40, 5)
    probe = RidgeProbe().fit(X, y)
    targets = np.eye(5)[y]
    errors = {
        s: np.mean((targets - RidgeProbe([s]).fit(X, y).training_scores_) ** 2) for s in strength_grid(gram_of(X))
    }
    assert probe.strength_ == min(errors, key=errors.get)


def test_ties_go_to_the_larger_strength():
    X, y = np.ones((6, 3)), np.array([0, 1, 0, 1, 0, 1])  # no feature varies: every strength is as good
    assert RidgeProbe([0.5, 8.0, 2.0]).fit(X, y).strength_ == 8.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), N=st.integers(4, 40), D=st.integers(1, 40))
def test_primal_equals_dual(seed, N, D):
    X, _ = made(seed, N, D, 2)
    new = np.random.default_rng(seed + 1).normal(size=(7, D))
    primal, dual = (principal_axes(X, dual=way) for way in (False, True))
    np.testing.assert_allclose(primal.eigenvalues, dual.eigenvalues, rtol=1e-6, atol=1e-8)
    for a, b in ((primal.rotated, dual.rotated), (primal.transform(new), dual.transform(new))):
        np.testing.assert_allclose(a @ a.T, b @ b.T, atol=1e-5)  # axes are only known up to their sign
    weights = np.ones((len(primal.eigenvalues), 1))
    sign = np.sign(np.sum(primal.rotated * dual.rotated, axis=0))[:, None]
    if len(np.unique(primal.eigenvalues.round(6))) == len(weights):
        np.testing.assert_allclose(primal.back(weights), dual.back(weights * sign), atol=1e-4)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-100, 100), scale=st.floats(0.01, 100), wide=st.booleans())
def test_predictions_do_not_depend_on_shift_scale_or_order_of_features(seed, shift, scale, wide):
    X, y = made(seed, 24, 40 if wide else 6, 3)
    new = X[::2] + 0.1
    order = np.random.default_rng(seed).permutation(X.shape[1])
    scores = RidgeProbe().fit(X, y).scores(new)
    np.testing.assert_allclose(RidgeProbe().fit(X * scale + shift, y).scores(new * scale + shift), scores, atol=1e-6)
    np.testing.assert_allclose(RidgeProbe().fit(X[:, order], y).scores(new[:, order]), scores, atol=1e-6)


def test_half_precision_features_are_read():
    X, y = made(5, 60, 10, 3)
    assert (RidgeProbe().fit(X.astype(np.float16), y).predict(X) == RidgeProbe().fit(X, y).predict(X)).mean() > 0.95


def test_constant_features_carry_no_weight():
    X, y = made(0, 30, 4, 3)
    padded = np.hstack([X, np.full((30, 2), 7.3), np.zeros((30, 1))])
    probe = RidgeProbe([3.0]).fit(padded, y)
    np.testing.assert_allclose(probe.coef_[4:], 0.0, atol=1e-12)
    changed = np.hstack([X, np.full((30, 3), 99.0)])  # what was constant in training may differ later
    np.testing.assert_allclose(probe.scores(changed), RidgeProbe([3.0]).fit(X, y).scores(X), atol=1e-9)


def test_features_without_any_variation_predict_the_class_shares():
    probe = RidgeProbe().fit(np.ones((5, 3)), np.array(["a", "b", "b", "b", "a"]))
    assert probe.predict(np.zeros((2, 3))).tolist() == ["b", "b"]
    np.testing.assert_allclose(probe.scores(np.zeros((1, 3))), [[0.4, 0.6]])


def test_two_cases_are_enough():
    probe = RidgeProbe().fit(np.array([[0.0], [1.0]]), np.array([0, 1]))
    assert probe.predict(np.array([[-1.0], [2.0]])).tolist() == [0, 1]


def test_five_hundred_classes_with_fewer_features():
    X, y = made(0, 1000, 20, 500)
    probe = RidgeProbe().fit(X, y)
    assert probe.scores(X).shape == (1000, 500)
    np.testing.assert_allclose(probe.scores(X).sum(axis=1), 1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_with_their_place(bad):
    X = np.zeros((4, 3))
    X[2, 1] = bad
    with pytest.raises(
        InputError, match=r"1 of 12 feature values are not finite numbers \(the first: case 2, feature 1"
    ):
        RidgeProbe().fit(X, np.array([0, 1, 0, 1]))


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((3, 2)), [0, 0, 0], "at least two classes"),
        (np.zeros((3, 2)), [0, 1], "3 cases need as many labels"),
        (np.zeros((3, 0)), [0, 1, 0], "must be a matrix"),
        (np.zeros(3), [0, 1, 0], "must be a matrix"),
        (np.full((3, 2), "x"), [0, 1, 0], "must be real numbers"),
        (np.array([[1e200], [-1e200], [0.0]]), [0, 1, 0], "too large"),
    ],
)
def test_bad_input_is_refused(X, y, message):
    with pytest.raises(InputError, match=message):
        RidgeProbe().fit(X, np.array(y))


def test_a_single_case_is_refused():
    with pytest.raises(InputError, match="at least two training cases, not 1"):
        principal_axes(np.zeros((1, 3)))


@pytest.mark.parametrize("strengths", [[], [0.0], [-1.0], [np.inf]])
def test_strengths_must_be_positive(strengths):
    with pytest.raises(InputError, match="must be positive"):
        RidgeProbe(strengths)


def test_another_width_is_refused():
    with pytest.raises(InputError, match="fitted to 2 features, not 3"):
        RidgeProbe().fit(np.eye(4)[:, :2], np.array([0, 1, 0, 1])).scores(np.zeros((1, 3)))


def test_a_second_fit_forgets_the_first():
    (X, y), (other, z) = made(0, 40, 6, 3), made(1, 50, 9, 4)
    probe = RidgeProbe().fit(X, y)
    _ = probe.coef_, probe.training_scores_, probe.as_probabilities(probe.scores(X))
    again, fresh = probe.fit(other, z), RidgeProbe().fit(other, z)
    np.testing.assert_array_equal(again.coef_, fresh.coef_)
    np.testing.assert_array_equal(again.training_scores_, fresh.training_scores_)
    scores = fresh.scores(other)
    np.testing.assert_array_equal(again.as_probabilities(scores), fresh.as_probabilities(scores))


@pytest.mark.parametrize(("N", "D"), [(900, 230), (230, 900)])
@pytest.mark.parametrize("relative", [0.01, 1.0])
def test_large_problems_in_float32_equal_scikit_learn_nearly(N, D, relative):
    X, y = made(0, N, D, 5)
    X = (X @ np.random.default_rng(2).normal(size=(D, D))).astype(np.float32)
    new = np.random.default_rng(1).normal(size=(25, D)) * X.std(axis=0)
    probe = RidgeProbe([relative * N]).fit(X, y)
    scaler = StandardScaler().fit(X.astype(np.float64))
    reference = Ridge(alpha=relative * N).fit(scaler.transform(X.astype(np.float64)), np.eye(5)[y])
    np.testing.assert_allclose(probe.scores(new), reference.predict(scaler.transform(new)), atol=1e-3)
    rest = np.arange(N) != 3
    without = Ridge(alpha=relative * N).fit(scaler.transform(X[rest].astype(np.float64)), np.eye(5)[y[rest]])
    np.testing.assert_allclose(probe.training_scores_[3], without.predict(scaler.transform(X[3:4]))[0], atol=1e-3)
