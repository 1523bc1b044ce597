"""What is chosen is chosen on the training side; the rest is read from a whole run."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.intake import examine
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.data.splits import assign
from angiogram.diagnose.repair.remedies.free import best_way
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings

FOLDS = [(np.arange(0, 40), np.arange(40, 60)), (np.arange(20, 60), np.arange(0, 20))]


def ways(labels):
    """One way that is right on rows 0..39 and wrong behind them, one the other way round."""
    rows, hot = np.arange(60), np.eye(3)
    early = np.where((rows < 40)[:, None], hot[labels], hot[(labels + 1) % 3])
    late = np.where((rows >= 30)[:, None], hot[labels], hot[(labels + 1) % 3])
    return lambda folds: {"early": early, "late": late}


def test_the_way_is_chosen_where_it_teaches_although_the_other_would_be_right():
    labels = np.random.default_rng(0).integers(0, 3, 60)
    chosen, predicted = best_way(ways(labels), labels, FOLDS, np.arange(60))
    assert chosen == ["early", "late"]
    assert not (predicted == labels).any()


def test_labels_of_the_test_side_change_nothing():
    labels = np.random.default_rng(0).integers(0, 3, 60)
    scored = ways(labels)
    other = labels.copy()
    other[40:] = (other[40:] + 1) % 3
    one, two = (best_way(scored, given, FOLDS[:1], np.arange(40, 60)) for given in (labels, other))
    assert one[0] == two[0] and one[1].tolist() == two[1].tolist()


@pytest.fixture
def diagnosis(tiny, squares, tmp_path):
    cases = replace(squares, question=DEFAULT_QUESTION)
    settings = Settings(permutations=5, resamples=200, batch_size=16, orders=2)
    examined = examine(cases)
    splits = assign(examined.cases, 3, 0)
    cache = tmp_path / "cache"
    return diagnose(tiny, examined, splits, None, settings, tmp_path / "run", cache, lambda _: None).diagnosis


def test_every_run_tries_the_free_remedies(diagnosis):
    tried = {one.remedy: one for one in diagnosis.tried}
    assert list(tried) == [
        "another encoder block", "read-out", "limit to the class names", "calibrated labels",
        "several option orders", "another option order",
    ]  # fmt: skip
    accuracies = {stage.key: stage.accuracy.value for stage in diagnosis.stages if stage.accuracy}
    assert tried["read-out"].before == tried["limit to the class names"].before == accuracies["G"]
    assert tried["limit to the class names"].after.value == tried["several option orders"].after.value
    assert tried["limit to the class names"].after.value == accuracies["S"]
    assert tried["another encoder block"].before == accuracies["V"]
    assert tried["calibrated labels"].before == dict(diagnosis.answers.accuracies)["summed, raw"]
    assert tried["several option orders"].before == diagnosis.answers.orders.accuracies[0]
    assert all(one.cases == diagnosis.evaluated == 16 for one in diagnosis.tried)
