"""Which cases are held out: whole groups, some or all; and the misses of the rest are those of a refit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from angiogram.probe.held_out import HeldOut
from angiogram.probe.ridge import RidgeProbe


@given(group=st.lists(st.integers(0, 6), min_size=2, max_size=40), most=st.integers(1, 50))
def test_groups_are_held_out_whole(group, most):
    group = np.array(group)
    held = HeldOut.of(group, most)
    if len(np.unique(group)) == 1:
        group = np.arange(len(group))
    assert len(np.unique(held.rows)) == len(held.rows) >= min(most, len(group))
    assert held.sizes.tolist() == sorted(held.sizes)
    ends = held.sizes.cumsum()
    for part in np.split(held.rows, ends[:-1]):
        assert sorted(part) == np.flatnonzero(group == group[part[0]]).tolist()
    last = held.sizes.max() if len(held.rows) > most else 0
    assert len(held.rows) - last <= most


def test_without_groups_the_cases_keep_their_order():
    assert HeldOut.of(np.arange(9)).rows.tolist() == list(range(9))
    rows = HeldOut.of(np.arange(900), 40).rows
    assert len(rows) == 40 and (np.diff(rows) > 0).all()


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    N=st.integers(6, 18),
    D=st.integers(1, 30),
    groups=st.none() | st.integers(1, 8),
    relative=st.sampled_from([1e-3, 0.1, 1.0, 100.0]),
)
def test_scores_held_out_equal_those_of_a_refit_without_the_group(seed, N, D, groups, relative):
    rng = np.random.default_rng(seed)
    y, group = np.append([0, 1], rng.integers(0, 3, N - 2)), None if groups is None else rng.integers(0, groups, N)
    X, strength = rng.normal(size=(N, D)), relative * N
    found = RidgeProbe([strength]).fit(X, y, group).training_scores_
    classes, index = np.unique(y, return_inverse=True)
    Z, targets = StandardScaler().fit_transform(X), np.eye(len(classes))[index]
    if group is None or len(np.unique(group)) == 1:
        group = np.arange(N)
    for number in np.unique(group):
        out = group == number
        without = Ridge(alpha=strength).fit(Z[~out], targets[~out]).predict(Z[out])
        np.testing.assert_allclose(found[out], without, atol=1e-6)


@pytest.mark.parametrize("width", [30, 300])  # fewer features than cases, and more
def test_a_patient_that_is_known_again_tells_nothing(width):
    """Features that name the patient, labels by patient: one case alone is read by its patient, a whole patient not."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(30), 5)
    X = 5 * rng.normal(size=(30, width))[group] + rng.normal(size=(150, width))
    y = rng.integers(0, 2, 30)[group]
    by_case, by_group = (RidgeProbe().fit(X, y, given) for given in (None, group))
    right = [np.mean(probe.training_scores_.argmax(axis=1) == y) for probe in (by_case, by_group)]
    assert right[0] > 0.8 and 0.2 < right[1] < 0.7
    assert by_group.strength_ == by_case.strength_
    sure = [probe.as_probabilities(probe.scores(X)).max(axis=1).mean() for probe in (by_case, by_group)]
    assert sure[1] < sure[0]
