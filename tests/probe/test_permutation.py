"""The null band: labels trade places only within the folds, and chance passes the band at most as often as it says."""

import time

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.permutation import null_band, permuted_labels, tied
from angiogram.probe.permuted_fits import permuted_correct
from angiogram.probe.ridge import RidgeProbe

SPLIT = [(np.arange(60), np.arange(60, 100))]


def test_labels_stay_on_their_side_of_an_official_split():
    y = np.random.default_rng(0).integers(0, 4, 110)
    shuffled = permuted_labels(y, SPLIT, count=20)
    for side in SPLIT[0]:
        np.testing.assert_array_equal(np.sort(shuffled[:, side], axis=1), np.tile(np.sort(y[side]), (20, 1)))
    assert len(np.unique(shuffled, axis=0)) == 20
    np.testing.assert_array_equal(shuffled, permuted_labels(y, SPLIT, count=20))


def test_labels_stay_in_their_test_fold_of_a_cross_validation():
    y = np.random.default_rng(0).integers(0, 3, 60)
    parts = np.array_split(np.arange(60), 4)
    folds = [(np.setdiff1d(np.arange(60), part), part) for part in parts]
    for row in permuted_labels(y, folds, count=10):
        for part in parts:
            np.testing.assert_array_equal(np.sort(row[part]), np.sort(y[part]))


def test_groups_of_one_label_trade_as_a_whole():
    groups = np.repeat(np.arange(20), 5)
    y = np.random.default_rng(0).integers(0, 3, 20)[groups]
    shuffled = permuted_labels(y, SPLIT, count=10, groups=groups)
    assert all(len(np.unique(row[groups == g])) == 1 for row in shuffled for g in range(20))
    assert (shuffled != y).any()


def test_groups_of_several_labels_trade_what_they_hold():
    groups = np.repeat(np.arange(20), 5)
    y = np.stack([np.r_[np.full(4, g % 3), (g + 1) % 3] for g in range(20)]).reshape(-1)  # four of one and one other
    shuffled = permuted_labels(y, SPLIT, count=10, groups=groups)
    for row in shuffled:
        held = [tuple(sorted(np.bincount(row[groups == g], minlength=3))) for g in range(20)]
        assert set(held) == {(0, 1, 4)}
        for side in SPLIT[0]:
            np.testing.assert_array_equal(np.sort(row[side]), np.sort(y[side]))
    assert len(np.unique(shuffled, axis=0)) == 10


def test_groups_of_unequal_size_share_labels_without_losing_any():
    groups = np.repeat(np.arange(12), np.arange(2, 14))
    y = np.concatenate([np.arange(size) % 3 for size in range(2, 14)])
    fold = [(np.flatnonzero(groups < 8), np.flatnonzero(groups >= 8))]
    for row in permuted_labels(y, fold, count=10, groups=groups):
        for side in fold[0]:
            np.testing.assert_array_equal(np.sort(row[side]), np.sort(y[side]))


def test_the_strength_of_the_true_labels_gives_what_a_probe_gives():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(100, 12)), rng.integers(0, 3, 100)
    shuffled = permuted_labels(y, SPLIT, count=8)
    train, test = SPLIT[0]
    probe = RidgeProbe([40.0]).fit(X[train], y[train])
    counts = permuted_correct(probe, X[test], shuffled[:, train], shuffled[:, test], 3)
    for row, count in zip(shuffled, counts[0], strict=True):
        assert RidgeProbe([40.0]).fit(X[train], row[train]).score(X[test], row[test]) * 40 == pytest.approx(count)


@pytest.mark.parametrize(("width", "classes"), [(12, 3), (150, 2)])  # fewer features than cases, and more
def test_each_permutation_chooses_its_own_strength(width, classes):
    rng = np.random.default_rng(1)
    X, groups = rng.normal(size=(100, width)), np.arange(100) // 2
    y = rng.integers(0, classes, 50)[groups]
    shuffled = permuted_labels(y, SPLIT, count=30, groups=groups)
    (train, test), strengths = SPLIT[0], [0.01, 30.0, 3000.0]
    probe = RidgeProbe(strengths).fit(X[train], y[train])
    counts = permuted_correct(probe, X[test], shuffled[:, train], shuffled[:, test], classes, groups[train])
    assert len(probe.tried_) == 3
    chosen = set()
    for row, count in zip(shuffled, counts[0], strict=True):
        own = RidgeProbe(strengths).fit(X[train], row[train])
        chosen.add(own.strength_)
        assert own.score(X[test], row[test]) * 40 == pytest.approx(count)
    assert len(chosen) > 1


def test_chunks_do_not_change_the_result():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(100, 12)), rng.integers(0, 3, 100)
    shuffled = permuted_labels(y, SPLIT, count=6)
    # with 2,048 classes a chunk holds two permutations
    few, many = (probe_tap(X, y, SPLIT, classes=K, permuted=shuffled).null for K in (3, 2048))
    np.testing.assert_array_equal(few, many)


def test_of_equal_classes_the_first_is_guessed():
    """Constant features and as many cases of each class, so that all scores are equal."""
    y = np.array([0, 1, 0, 1])
    probe = RidgeProbe().fit(np.ones((4, 2)), y)
    counts = permuted_correct(probe, np.ones((3, 2)), y[None], np.array([[0, 0, 1]]), 2)
    np.testing.assert_array_equal(counts, [[2], [2]])


def test_units_that_trade_labels_as_one_change_nothing():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(25), 4)
    X, y = rng.normal(size=(100, 12)), rng.integers(0, 3, 25)[groups]
    shuffled = permuted_labels(y, SPLIT, count=8, groups=groups)
    unit = tied(shuffled)
    assert len(np.unique(unit)) <= 25
    train, test = SPLIT[0]
    probe = RidgeProbe().fit(X[train], y[train])
    given = probe, X[test], shuffled[:, train], shuffled[:, test], 3
    np.testing.assert_array_equal(permuted_correct(*given, unit=unit[train]), permuted_correct(*given))


def test_the_band_reaches_the_majority_class_when_classes_are_unequal():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 60)), (rng.random(400) < 0.2).astype(np.int64)
    folds = [(np.arange(200), np.arange(200, 400))]
    null = probe_tap(X, y, folds, permuted=permuted_labels(y, folds)).null
    assert null_band(null[None]) >= np.mean(y[200:] == 0)


@pytest.mark.nightly
def test_the_band_holds_its_level_when_the_labels_mean_nothing():
    """Over the whole curve: the best of six correlated taps passes the band in at most 5 % of meaningless sets."""
    rng = np.random.default_rng(0)
    passed = 0
    sets = 120
    for seed in range(sets):
        base = rng.normal(size=(100, 20))
        taps = [base + 0.5 * rng.normal(size=(100, 20)) for _ in range(6)]
        y = rng.integers(0, 4, 100)
        shuffled = permuted_labels(y, SPLIT, count=39, seed=seed)
        results = [probe_tap(tap, y, SPLIT, permuted=shuffled) for tap in taps]
        best = max(float(np.mean(result.predicted == y[result.cases])) for result in results)
        passed += best > null_band(np.stack([result.null for result in results]))
    assert passed <= 12  # expected at most 6 of 120; more than 12 has a chance below 1 %


def test_signal_passes_the_band():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 100)
    X = rng.normal(size=(100, 20)) + rng.normal(size=(4, 20))[y]
    result = probe_tap(X, y, SPLIT, permuted=permuted_labels(y, SPLIT, count=40))
    assert np.mean(result.predicted == y[60:]) > null_band(result.null[None])


def test_the_band_is_an_order_statistic_of_the_maxima():
    null = np.stack([np.arange(100.0), np.full(100, 50.0)])
    assert null_band(null) == 95.0
    assert null_band(null[:, :5]) == 50.0  # too few permutations for 95 %: the largest


def test_no_permutation_is_refused():
    with pytest.raises(InputError, match="at least 1, not 0"):
        permuted_labels(np.array([0, 1]), [(np.array([0]), np.array([1]))], count=0)


@pytest.mark.nightly
def test_a_hundred_permutations_are_affordable():
    """About 0.1 s on one free core; the limit is loose, because test machines are shared."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(1180, 576)).astype(np.float32), rng.integers(0, 24, 1180)
    folds = [(np.arange(700), np.arange(700, 1180))]
    shuffled = permuted_labels(y, folds)
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        probe_tap(X, y, folds, permuted=shuffled)
        best = min(best, time.perf_counter() - start)
    assert best < 1.5


def test_one_group_of_two_labels_does_not_part_the_others():
    groups = np.repeat(np.arange(12), 5)
    labels = (groups % 3).astype(np.int64)
    labels[0] = 1  # group 0 holds two labels
    folds = [(np.flatnonzero(groups % 2 == 0), np.flatnonzero(groups % 2 == 1))]
    permuted = permuted_labels(labels, folds, 40, seed=2, groups=groups)
    assert (np.sort(permuted[:, :5], axis=1) == [0, 0, 0, 0, 1]).all()  # its cases trade among each other
    whole = permuted[:, 5:].reshape(40, 11, 5)
    assert (whole == whole[:, :, :1]).all()  # every other group keeps one label
    assert len(np.unique(permuted, axis=0)) > 10
