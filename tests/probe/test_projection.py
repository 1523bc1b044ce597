"""The projection is fixed, keeps distances roughly, and leaves narrow features alone."""

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.probe.projection import project


def test_the_same_seed_gives_the_same_directions():
    X = np.random.default_rng(0).normal(size=(20, 100))
    np.testing.assert_array_equal(project(X, 10), project(X, 10))
    assert not np.allclose(project(X, 10), project(X, 10, seed=1))


def test_distances_are_kept_and_one_huge_feature_does_not_rule():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 2000))
    before = np.linalg.norm(X[:, None] - X[None], axis=-1)[np.triu_indices(30, 1)]
    X[:, 0] *= 1e6
    P = project(X, 500)
    after = np.linalg.norm(P[:, None] - P[None], axis=-1)[np.triu_indices(30, 1)]
    np.testing.assert_allclose(after / before, 1.0, atol=0.2)


def test_narrow_and_constant_features():
    X = np.ones((5, 3))
    assert project(X, 3).tolist() == X.tolist()
    assert np.isfinite(project(np.ones((5, 40)), 4)).all()


def test_a_width_of_zero_is_refused():
    with pytest.raises(InputError, match="at least 1, not 0"):
        project(np.ones((5, 3)), 0)
