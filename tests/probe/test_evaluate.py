"""Out-of-fold predictions: no leakage, any folds, clear refusals."""

import gc
import weakref

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.probe import evaluate
from angiogram.probe.evaluate import Labelling, evaluated_cases, probe_each, probe_tap
from angiogram.probe.permutation import permuted_labels
from angiogram.probe.ridge import RidgeProbe


def made(n=60, D=8, K=3, signal=1.5, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % K
    return rng.normal(size=(n, D)) + signal * rng.normal(size=(K, D))[y], y


def cross_validation(n, k):
    return [(np.flatnonzero(np.arange(n) % k != f), np.flatnonzero(np.arange(n) % k == f)) for f in range(k)]


def test_an_official_split_is_fit_on_one_side_and_judged_on_the_other():
    X, y = made()
    train, test = np.arange(40), np.arange(40, 60)
    result = probe_tap(X, y, [(train, test)])
    probe = RidgeProbe().fit(X[train], y[train])
    np.testing.assert_array_equal(result.cases, test)
    np.testing.assert_array_equal(result.predicted, probe.predict(X[test]))
    np.testing.assert_allclose(result.scores, probe.scores(X[test]))
    assert result.strengths == (probe.strength_,)
    assert result.training == (np.mean(probe.training_scores_.argmax(axis=1) == y[train]),)
    assert result.null is None


def test_cross_validation_judges_every_case_once_in_the_order_of_the_cases():
    X, y = made()
    X, y = X[::-1], y[::-1]
    folds = cross_validation(60, 7)
    result = probe_tap(X, y, folds)
    np.testing.assert_array_equal(result.cases, np.arange(60))
    for train, test in folds:
        np.testing.assert_array_equal(result.predicted[test], RidgeProbe().fit(X[train], y[train]).predict(X[test]))


@pytest.mark.parametrize("probe", ["ridge", "logistic"])
def test_several_things_read_at_once_are_read_as_each_alone(probe):
    X, y = made(n=90, D=40)
    folds, groups = cross_validation(90, 3), np.arange(90) // 2
    other = np.arange(90) // 2 % 2
    permuted = [permuted_labels(each, folds, 9, 0, groups) if probe == "ridge" else None for each in (y, other)]
    labellings = [Labelling(y, 3, permuted[0]), Labelling(other, 4, permuted[1])]
    both = probe_each(X, labellings, folds, probe=probe, groups=groups)
    for each, result in zip(labellings, both, strict=True):
        alone = probe_tap(
            X, each.labels, folds, classes=each.classes, permuted=each.permuted, probe=probe, groups=groups
        )
        np.testing.assert_array_equal(result.scores, alone.scores)
        np.testing.assert_array_equal(result.probabilities, alone.probabilities)
        assert (result.strengths, result.training) == (alone.strengths, alone.training)
        assert result.null is alone.null is None or (result.null == alone.null).all()


def test_a_case_does_not_influence_its_own_prediction():
    X, y = made()
    folds = cross_validation(60, 5)
    before = probe_tap(X, y, folds).scores[5]
    y = y.copy()
    y[5] = (y[5] + 1) % 3
    np.testing.assert_array_equal(probe_tap(X, y, folds).scores[5], before)


def test_a_class_missing_from_training_scores_zero_and_is_never_predicted():
    X, y = made(K=4)
    train = np.flatnonzero((y != 2) & (np.arange(60) < 40))
    result = probe_tap(X, y, [(train, np.arange(40, 60))], classes=6)
    assert result.scores.shape == (20, 6)
    assert (result.scores[:, [2, 4, 5]] == 0).all()
    assert 2 not in result.predicted


def test_more_features_than_cases():
    X, y = made(D=500)
    result = probe_tap(X.astype(np.float32), y, cross_validation(60, 5))
    assert np.mean(result.predicted == y) > 0.9


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        ([], "at least one pair"),
        ([(np.arange(5), np.array([], dtype=int))], "5 training and 0 test cases"),
        ([(np.arange(5), np.arange(4, 8))], r"trains and tests on the same case \(4; 1 in all\)"),
        ([(np.arange(5), np.arange(5, 8)), (np.arange(4), np.arange(7, 9))], "Case 7 is tested by 2 folds"),
        ([(np.arange(5), np.array([99]))], "cases 0 to 99, but there are 60"),
    ],
)
def test_folds_that_cannot_be_judged_are_refused(folds, message):
    with pytest.raises(InputError, match=message):
        evaluated_cases(folds, 60)


def test_a_fold_that_trains_on_one_class_is_refused():
    X, y = made()
    with pytest.raises(InputError, match="Fold 1 of 1 has cases of one class only"):
        probe_tap(X, y, [(np.flatnonzero(y == 0), np.flatnonzero(y == 1))])


def test_labels_must_match_the_features():
    with pytest.raises(InputError, match="4 cases need as many labels"):
        probe_tap(np.zeros((4, 2)), np.array([0, 1, 0]), [(np.arange(2), np.arange(2, 3))])


def test_folds_that_share_a_gram_matrix_read_what_each_reads_alone():
    rng = np.random.default_rng(0)
    y = np.arange(900) % 6
    X = (rng.normal(size=(900, 220)) @ rng.normal(size=(220, 220)) + 0.5 * rng.normal(size=(6, 220))[y]).astype("f4")
    folds = cross_validation(900, 5)
    result = probe_tap(X, y, folds)
    for number, (train, test) in enumerate(folds):
        alone = RidgeProbe().fit(X[train], y[train])
        np.testing.assert_allclose(result.scores[test], alone.scores(X[test]), atol=2e-3)
        assert result.strengths[number] == pytest.approx(alone.strength_, rel=1e-4)
        assert result.training[number] == pytest.approx(
            np.mean(alone.judged_scores_.argmax(axis=1) == y[train][alone.judged_]), abs=5e-3
        )


def test_every_fold_has_its_own_temperature():
    X, y = made(signal=0.7)
    folds = cross_validation(60, 4)
    result = probe_tap(X, y, folds)
    for train, test in folds:
        alone = RidgeProbe().fit(X[train], y[train])
        np.testing.assert_allclose(result.probabilities[test], alone.as_probabilities(alone.scores(X[test])))


def test_five_hundred_classes_two_cases_each():
    rng = np.random.default_rng(0)
    y = np.arange(1000) % 500
    X = rng.normal(size=(500, 300))[y] + 0.1 * rng.normal(size=(1000, 300))
    folds = [(np.arange(500), np.arange(500, 1000))]
    result = probe_tap(X, y, folds, permuted=permuted_labels(y, folds, count=3))
    assert np.mean(result.predicted == y[500:]) > 0.95
    assert result.null.max() < 0.05


def test_constant_features_read_the_larger_class_and_pass_no_band():
    y = np.arange(80) % 4 // 3  # 60 against 20
    folds = cross_validation(80, 5)
    result = probe_tap(np.ones((80, 5)), y, folds, permuted=permuted_labels(y, folds, count=5))
    assert (result.predicted == 0).all()
    np.testing.assert_array_equal(result.null, np.full(5, 0.75))


def test_two_cases_in_all_cannot_be_cut_into_folds():
    with pytest.raises(InputError, match="Fold 1 of 2 has cases of one class only to train on"):
        probe_tap(np.eye(2), np.array([0, 1]), [(np.array([0]), np.array([1])), (np.array([1]), np.array([0]))])


@pytest.mark.parametrize("probe", ["ridge", "logistic"])
def test_groups_that_span_classes_are_read(probe):
    X, y = made(signal=3.0)
    assert (
        np.mean(probe_tap(X, y, cross_validation(60, 5), groups=np.arange(60) // 7, probe=probe).predicted == y) > 0.9
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"features": np.zeros((0, 2)), "labels": np.zeros(0, dtype=int)}, "there are none"),
        ({"features": np.full((6, 2), np.nan)}, "12 of 12 feature values are not finite"),
        ({"labels": np.array([0, 1, 0, 1, 0, -1])}, "Labels of 2 classes must be 0 to 1, not -1 to 1"),
        ({"labels": np.linspace(0, 1, 6)}, "whole numbers, not float64"),
        ({"classes": 1}, "Labels of 1 classes must be 0 to 0, not 0 to 1"),
        ({"groups": np.arange(5)}, "6 cases need as many groups"),
        ({"permuted": np.zeros((2, 5), dtype=int)}, r"must be \[P, 6\], not an array of \(2, 5\)"),
        ({"permuted": np.zeros((0, 6), dtype=int)}, r"must be \[P, 6\]"),
        ({"permuted": np.full((2, 6), 3)}, "Permuted labels of 2 classes must be 0 to 1, not 3 to 3"),
    ],
)
def test_what_does_not_match_is_refused(changed, message):
    given = {"features": np.arange(12.0).reshape(6, 2), "labels": np.array([0, 1, 0, 1, 0, 1])} | changed
    with pytest.raises(InputError, match=message):
        probe_tap(folds=[(np.arange(4), np.array([4, 5]))], **given)


def test_no_training_side_outlives_its_fold(monkeypatch):
    (X, y), folds = made(), cross_validation(60, 4)
    seen, grams = [], evaluate.grams_of_folds

    def watched(*given):
        for gram in grams(*given):
            seen.append(weakref.ref(gram))
            yield gram

    monkeypatch.setattr(evaluate, "grams_of_folds", watched)
    gc.disable()
    try:
        probe_tap(X, y, folds, permuted=permuted_labels(y, folds, 3))
        assert len(seen) == 4 and all(gram() is None for gram in seen)
    finally:
        gc.enable()
