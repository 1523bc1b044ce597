import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.errors import InputError
from angiogram.lesion.discriminative import discriminative_directions
from angiogram.probe.ridge import RidgeProbe

FRESH = np.random.default_rng


def classes(cases: int, kinds: int, width: int, distance: float, seed: int):
    """Normal features; the first half of the cases and the second are drawn from the same classes."""
    rng = FRESH(seed)
    labels = np.arange(2 * cases) % kinds
    means = distance * rng.normal(size=(kinds, width))
    return means[labels] + rng.normal(size=(2 * cases, width)), labels


def right(train, test, labels, cases):
    return np.mean(RidgeProbe().fit(train, labels[:cases]).predict(test) == labels[cases:])


def without(features, *directions):
    out = np.concatenate(directions)
    return features - features @ out.T @ out


@given(kinds=st.integers(2, 6), width=st.integers(6, 60), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=25)
def test_directions_are_orthonormal_and_those_of_the_means_leave_no_covariance(kinds, width, seed):
    features, labels = classes(60, kinds, width, 0.5, seed)
    means, further = discriminative_directions(features[:, None], labels)
    both = np.concatenate([means, further])
    np.testing.assert_allclose(both @ both.T, np.eye(len(both)), atol=1e-8)
    assert len(means) <= kinds - 1
    rest = without(features, means)
    levels = [rest[labels == kind].mean(axis=0) for kind in range(kinds)]
    np.testing.assert_allclose(levels, [levels[0]] * kinds, atol=1e-8)


@pytest.mark.parametrize(("kinds", "width", "distance"), [(2, 40, 0.6), (4, 300, 0.5), (6, 64, 1.5)])
def test_without_them_new_cases_of_the_classes_cannot_be_told_apart(kinds, width, distance):
    cases = 240
    features, labels = classes(cases, kinds, width, distance, 3)
    assert right(features[:cases], features[cases:], labels, cases) > 1 / kinds + 0.3
    means, _ = discriminative_directions(features[:cases, None], labels[:cases])
    rest = without(features, means)
    assert right(rest[:cases], rest[cases:], labels, cases) < 1 / kinds + 0.1


def test_classes_told_by_position_alone_are_gone_from_every_pooling():
    """Two classes whose quarters trade places: their means are alike, and their quarters are not."""
    rng, labels = FRESH(0), np.arange(400) % 2
    parts = 0.5 * rng.normal(size=(400, 4, 12))
    parts[labels == 0, :2, 0] += 1
    parts[labels == 1, 2:, 0] += 1
    features = np.concatenate([parts.mean(axis=1, keepdims=True), parts], axis=1)
    means, _ = discriminative_directions(features[:200], labels[:200])
    assert len(means) <= 5 and right(features[:200, 0], features[200:, 0], labels, 200) < 0.65
    assert right(features[:200, 1:].reshape(200, -1), features[200:, 1:].reshape(200, -1), labels, 200) > 0.95
    rest = without(features, means)[:, 1:].reshape(400, -1)
    assert right(rest[:200], rest[200:], labels, 200) < 0.65


def test_half_of_the_directions_are_left():
    features, labels = classes(30, 3, 20, 1.0, 0)
    assert [len(found) for found in discriminative_directions(features[:, None], labels)] == [2, 10]
    assert [len(found) for found in discriminative_directions(features[:12, None], labels[:12])] == [2, 6]


def test_one_class_is_refused():
    with pytest.raises(InputError, match="two or more classes, not of 1"):
        discriminative_directions(np.zeros((8, 1, 2)), np.zeros(8, dtype=np.int64))
