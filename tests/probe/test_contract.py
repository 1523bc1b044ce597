"""One contract for all probes, and bad input that each of them refuses or gets right."""

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.probe.contract import REGISTRY, make_probe
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.logistic import LogisticProbe
from angiogram.probe.mlp import MlpProbe
from angiogram.probe.ridge import RidgeProbe

PROBES = {
    "ridge": RidgeProbe(),
    "logistic": LogisticProbe(),
    "mlp": MlpProbe(hidden=128),
}


@pytest.fixture(params=PROBES)
def probe(request):
    return PROBES[request.param]


def made(seed=0, N=90, D=24, K=3, signal=2.0):
    rng = np.random.default_rng(seed)
    y = np.arange(N) % K
    return rng.normal(size=(N, D)) + signal * rng.normal(size=(K, D))[y], y


def test_every_probe_of_the_registry_is_tested():
    assert set(REGISTRY) <= set(PROBES)
    assert {type(make_probe(name)) for name in REGISTRY} <= {type(probe) for probe in PROBES.values()}


def test_it_learns_and_says_so_in_shapes_and_probabilities(probe):
    X, y = made()
    fitted = probe.fit(X[:60], y[:60])
    assert fitted.classes_.tolist() == [0, 1, 2]
    assert fitted.training_scores_.shape == (60, 3)
    scores = fitted.scores(X[60:])
    assert scores.shape == (30, 3)
    p = fitted.as_probabilities(scores)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-6)
    assert (p >= 0).all()
    np.testing.assert_array_equal(fitted.classes_[p.argmax(axis=1)], fitted.predict(X[60:]))
    assert np.mean(fitted.predict(X[60:]) == y[60:]) > 0.9


def test_names_of_classes_come_back(probe):
    X, y = made(K=2)
    names = np.array(["effusion", "normal"])
    assert set(probe.fit(X, names[y]).predict(X).tolist()) == {"effusion", "normal"}


def test_a_fit_is_repeatable_and_leaves_the_input_alone(probe):
    X, y = made()
    before = X.copy()
    first = probe.fit(X, y).scores(X)
    np.testing.assert_array_equal(probe.fit(X, y).scores(X), first)
    np.testing.assert_array_equal(X, before)


def test_shift_and_scale_of_features_change_nothing(probe):
    X, y = made()
    scores = probe.fit(X, y).scores(X)
    np.testing.assert_allclose(probe.fit(40 * X - 300, y).scores(40 * X - 300), scores, atol=2e-3)


def test_constant_features_count_nothing(probe):
    X, y = made(D=10)
    y = np.array([0, 1])[y % 2]
    probe_width = np.hstack([X, np.full((len(X), 3), 7.0)])
    fitted = probe.fit(probe_width, y)
    changed = probe_width.copy()
    changed[:, 10:] = -99.0  # constant in training only
    np.testing.assert_allclose(fitted.scores(changed), fitted.scores(probe_width), atol=1e-9)


def test_features_that_are_all_constant_predict_the_larger_class(probe):
    fitted = probe.fit(np.ones((40, 5)), np.arange(40) % 4 // 3)  # 30 against 10
    assert fitted.predict(np.zeros((2, 5))).tolist() == [0, 0]


def test_more_features_than_cases(probe):
    X, y = made(N=40, D=300)
    assert np.mean(probe.fit(X[:30], y[:30]).predict(X[30:]) == y[30:]) > 0.8


def test_two_cases_in_all(probe):
    fitted = probe.fit(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1]))
    scores = fitted.scores(np.array([[-1.0, 2.0]]))
    assert scores.shape == (1, 2)
    assert np.isfinite(scores).all()


def test_five_hundred_classes(probe):
    if isinstance(probe, MlpProbe):
        probe = MlpProbe(hidden=16, epochs=1)
    X, y = made(N=1000, D=30, K=500)
    assert probe.fit(X, y).scores(X[:7]).shape == (7, 500)


def test_a_class_with_one_case_is_kept(probe):
    X, y = made(N=61)
    y[-1] = 7
    assert probe.fit(X, y).classes_.tolist() == [0, 1, 2, 7]


def test_groups_that_span_classes_and_a_single_group(probe):
    X, y = made()
    many = probe.fit(X, y, np.arange(90) // 6)
    one = probe.fit(X, y, np.zeros(90, dtype=np.int64))
    for fitted in (many, one):
        assert np.mean(fitted.predict(X) == y) > 0.9


def test_a_class_missing_from_a_fold_is_never_predicted_there(probe):
    X, y = made(K=4, N=80)
    train, test = np.flatnonzero((y != 2) & (np.arange(80) < 60)), np.arange(60, 80)
    result = probe_tap(X, y, [(train, test)], probe=probe)
    assert 2 not in result.predicted
    assert (result.probabilities[:, 2] == 0).all()
    np.testing.assert_allclose(result.probabilities.sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize(
    ("X", "y", "groups", "message"),
    [
        (np.array([[0.0], [np.nan], [1.0]]), [0, 1, 0], None, "1 of 3 feature values are not finite numbers"),
        (np.zeros((3, 2)), [0, 0, 0], None, "at least two classes"),
        (np.zeros((3, 2)), [0, 1], None, "3 cases need as many labels"),
        (np.zeros((3, 2)), [0, 1, 0], np.array([0, 1]), "3 cases need as many groups"),
        (np.zeros((0, 2)), [], None, "at least two classes"),
        (np.zeros((3, 0)), [0, 1, 0], None, "must be a matrix"),
    ],
)
def test_bad_input_is_refused(probe, X, y, groups, message):
    with pytest.raises(InputError, match=message):
        probe.fit(X, np.array(y), groups)


def test_another_width_is_refused(probe):
    X, y = made()
    with pytest.raises(InputError, match="fitted to 24 features, not 3"):
        probe.fit(X, y).scores(np.zeros((1, 3)))


def test_a_tap_is_probed_by_name():
    X, y = made()
    folds = [(np.arange(60), np.arange(60, 90))]
    result = probe_tap(X, y, folds, probe="logistic")
    np.testing.assert_array_equal(result.scores, LogisticProbe().fit(X[:60], y[:60]).scores(X[60:]))
    with pytest.raises(InputError, match="no probe 'logstic'"):
        probe_tap(X, y, folds, probe="logstic")
    with pytest.raises(InputError, match="for the ridge probe"):
        probe_tap(X, y, folds, probe="logistic", permuted=np.tile(y, (2, 1)))
