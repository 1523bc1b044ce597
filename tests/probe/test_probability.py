"""Temperatures are optimal, keep the order, and end where scores tell all or nothing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from angiogram.probe.probability import sharpness, softmax_of


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000), K=st.integers(2, 9), signal=st.floats(0.3, 3.0), unit=st.sampled_from([1e-3, 1.0, 1e3])
)
def test_it_is_the_best_temperature(seed, K, signal, unit):
    rng = np.random.default_rng(seed)
    index = rng.integers(0, K, 200)
    scores = unit * (rng.normal(size=(200, K)) + signal * np.eye(K)[index])

    def loss(beta):
        return -log_softmax(beta * scores / unit, axis=1)[np.arange(200), index].mean()

    best = minimize_scalar(loss, bounds=(0, 100), method="bounded", options={"xatol": 1e-8})
    assert loss(sharpness(scores, index) * unit) <= best.fun + 1e-6


def test_scores_that_are_never_wrong_end_at_a_finite_sharpness():
    found = sharpness(np.eye(3)[[0, 1, 2, 0]], np.array([0, 1, 2, 0]))
    assert 5 < found <= 1e4
    assert np.isfinite(softmax_of(np.eye(3), found)).all()


def test_scores_that_tell_nothing_or_the_contrary_make_all_classes_alike():
    assert sharpness(np.ones((4, 3)), np.array([0, 1, 2, 0])) == 0.0
    assert sharpness(-np.eye(3), np.array([0, 1, 2])) == 0.0
    np.testing.assert_allclose(softmax_of(np.eye(3), 0.0), 1 / 3)
