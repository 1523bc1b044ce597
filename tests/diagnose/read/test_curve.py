"""Each tap's scores are those of scikit-learn on the same predictions."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from angiogram.diagnose.read.controls import Controls
from angiogram.diagnose.read.curve import curve
from angiogram.diagnose.read.flow import Flow
from angiogram.probe.code_length import code_length
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.scores import expected_calibration_error
from angiogram.statistics.bootstrap import resample_groups
from angiogram.tap.taps import Tap

TAP = Tap("connector.out", "connector", "connected", "image", 3, "connector", "output")


class Stored:
    """As much of a store as the curve reads: the width."""

    def read(self, _):
        return np.empty((0, 5, 9))


@pytest.fixture(scope="module")
def read():
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 3, 240)
    features = rng.normal(size=(240, 9)) + 0.6 * np.eye(3, 9)[labels]
    folds = [(np.arange(0, 120), np.arange(120, 240)), (np.arange(120, 240), np.arange(0, 120))]
    result = probe_tap(features, labels, folds, classes=3)
    code = code_length(features, labels, 3)
    flow = Flow("ridge", {TAP.name: result}, 0.4)
    controls = Controls({}, {TAP.name: result}, {TAP.name: result}, {TAP.name: code})
    (point,) = curve([TAP], flow, controls, Stored(), labels, 0.4, resample_groups(np.arange(240) // 2))
    return labels, result, code, point


def test_scores_are_those_of_scikit_learn(read):
    labels, result, code, point = read
    assert point.accuracy.value == pytest.approx(np.mean(result.predicted == labels))
    assert point.balanced_accuracy.value == pytest.approx(balanced_accuracy_score(labels, result.predicted))
    assert point.macro_f1.value == pytest.approx(f1_score(labels, result.predicted, average="macro"))
    areas = [roc_auc_score(labels == k, result.scores[:, k]) for k in range(3)]
    assert point.auroc.value == pytest.approx(np.mean(areas))
    assert point.calibration_error.value == pytest.approx(expected_calibration_error(labels, result.probabilities))
    assert point.compression == code.compression and point.width == 9 and point.grid is None


def test_every_score_has_an_interval_of_its_own(read):
    _, _, _, point = read
    for score in (point.accuracy, point.balanced_accuracy, point.macro_f1, point.auroc, point.skill):
        assert score.low < score.value < score.high
        assert 0.02 < score.high - score.low < 0.35
