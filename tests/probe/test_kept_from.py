"""A class probe that is kept from a column learns nothing of it, and all the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.probe.kept_from import named_without, without_value_means
from angiogram.probe.ridge import RidgeProbe

FOLDS = [(np.arange(0, 400), np.arange(400, 600))]


@given(st.integers(0, 10**6))
def test_what_only_the_column_holds_is_gone_when_its_means_are(seed):
    rng = np.random.default_rng(seed)
    values, train = rng.integers(0, 3, 60), np.arange(40)
    shifts = rng.normal(size=(3, 4))
    own = rng.normal(size=(60, 4))
    without = without_value_means(own + shifts[values], values, train)
    assert np.allclose(without, without_value_means(own, values, train))  # whatever is added to a value
    for value in np.unique(values[train]):
        assert np.allclose(without[train][values[train] == value].mean(axis=0), 0)


def test_a_probe_of_them_is_the_within_estimator():
    rng = np.random.default_rng(3)
    values, labels = rng.integers(0, 3, 200), rng.integers(0, 2, 200)
    features = without_value_means(rng.normal(size=(200, 5)) + labels[:, None], values, np.arange(200))
    weights = RidgeProbe(strengths=[1e-6]).fit(features, labels).coef_[:, 1]
    taken = labels - np.array([labels[values == v].mean() for v in range(3)])[values]
    z = (features - features.mean(axis=0)) / features.std(axis=0)
    assert np.allclose(weights, np.linalg.lstsq(z, taken, rcond=None)[0], atol=1e-4)


@pytest.mark.parametrize("rare", [0.5, 0.1])
def test_a_class_that_is_rare_with_a_value_is_still_named(rare):
    rng = np.random.default_rng(4)
    values = rng.integers(0, 2, 600)
    labels = (rng.random(600) < np.where(values == 1, 1 - rare, rare)).astype(np.int64)
    features = rng.normal(size=(600, 6))
    features[:, 0] += 9 * labels + 50 * values
    named = named_without(features, labels, values, FOLDS)
    assert (named == labels[400:]).mean() > 0.97


def test_a_value_that_was_never_taught_is_read_as_the_others():
    rng = np.random.default_rng(5)
    values = np.repeat([0, 1, 2], 200)  # the last is tested only
    labels = rng.integers(0, 2, 600)
    features = rng.normal(size=(600, 6)) + 9 * np.eye(6)[0] * labels[:, None]
    assert (named_without(features, labels, values, FOLDS) == labels[400:]).mean() > 0.97
