"""The fixed-width control: distances are kept, width alone no longer helps."""

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.projection import projected, random_signs


def test_distances_are_kept_on_average():
    X = np.random.default_rng(0).normal(size=(30, 2000))
    seen = X @ random_signs(2000, 512)
    ratio = np.linalg.norm(seen[:, None] - seen[None], axis=2) / np.linalg.norm(X[:, None] - X[None], axis=2).clip(1e-9)
    assert abs(ratio[~np.eye(30, dtype=bool)] - 1).max() < 0.2


def test_large_features_have_no_larger_say():
    X = np.random.default_rng(0).normal(size=(30, 400))
    np.testing.assert_allclose(projected(X * np.logspace(-3, 3, 400) + 5, 16), projected(X, 16), atol=1e-4)


def test_no_wider_features_are_left_as_they_are():
    X = np.random.default_rng(0).normal(size=(40, 16))
    assert projected(X, 16) is X


def test_a_layer_that_is_only_wider_reads_no_better():
    """Twelve random directions of a signal, or 1,200 of the same: the wide one wins, unless both are projected."""
    rng = np.random.default_rng(0)
    y = np.arange(600) % 12
    hidden = rng.normal(size=(600, 40)) + 0.6 * rng.normal(size=(12, 40))[y]
    wide = hidden @ rng.normal(size=(40, 1200)) + rng.normal(size=(600, 1200))
    narrow = wide[:, :12]
    folds = [(np.arange(400), np.arange(400, 600))]
    read = {
        (name, width): np.mean(probe_tap(projected(X, width), y, folds).predicted == y[400:])
        for name, X in (("wide", wide), ("narrow", narrow))
        for width in (1200, 12)
    }
    before = read["wide", 1200] - read["narrow", 1200]
    after = read["wide", 12] - read["narrow", 12]
    assert before > 0.1
    assert after < before / 2


def test_a_width_of_nothing_is_refused():
    with pytest.raises(InputError, match="at least 1, not 0"):
        projected(np.ones((4, 3)), width=0)
