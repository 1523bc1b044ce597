"""The mean over findings: each counts the same, and its interval knows that patients are shared."""

import numpy as np
import pytest

from angiogram.compare.macro import macro_mean
from angiogram.diagnose.tell.predictions import Predictions
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import resample_groups


def predicted(right: dict[str, np.ndarray], groups: list[str]) -> Predictions:
    """One case a group name; label 1 everywhere, and each stage names it where it is right."""
    n = len(groups)
    stages = {key: np.where(values, 1, 0) for key, values in right.items()}
    ids = tuple(f"c{i}" for i in range(n))
    return Predictions(ids, np.ones(n, np.int64), tuple(groups), np.arange(n), ids, stages, {})  # type: ignore[arg-type]


def test_means_and_losses_by_hand():
    groups = [f"p{i}" for i in range(10)]
    one = predicted({"V": np.arange(10) < 8, "C": np.arange(10) < 6}, groups)
    other = predicted({"V": np.arange(4) < 4, "C": np.arange(4) < 1}, groups[:4])  # fewer cases, the same weight
    found = macro_mean({"a": one, "b": other})
    assert found.accuracies["V"].value == pytest.approx(0.9) and found.accuracies["C"].value == pytest.approx(0.425)
    assert found.losses["V", "C"].value == pytest.approx(0.475)
    assert found.accuracies["C"].low < 0.425 < found.accuracies["C"].high


def test_one_finding_has_the_interval_of_its_own_run():
    rng = np.random.default_rng(0)
    right = rng.random(120) < 0.7
    names = [f"p{i // 2:03d}" for i in range(120)]
    found = macro_mean({"a": predicted({"V": right}, names)}).accuracies["V"]
    alone = resample_groups(np.arange(120) // 2).accuracy(right).interval()
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high), abs=0.005)


def test_findings_of_the_same_patients_are_not_taken_for_new_ones():
    rng = np.random.default_rng(1)
    right = rng.random(100) < 0.6
    names = [f"p{i}" for i in range(100)]
    one = macro_mean({"a": predicted({"V": right}, names)}).accuracies["V"]
    twice = macro_mean({name: predicted({"V": right}, names) for name in "ab"}).accuracies["V"]
    other = macro_mean({"a": predicted({"V": right}, names), "b": predicted({"V": rng.random(100) < 0.6}, names)})
    assert twice == one
    assert other.accuracies["V"].high - other.accuracies["V"].low < one.high - one.low


def test_only_stages_that_all_have_and_no_findings():
    groups = ["p1", "p2"]
    right = np.array([True, False])
    found = macro_mean({"a": predicted({"V": right, "G": right}, groups), "b": predicted({"V": right}, groups)})
    assert list(found.accuracies) == ["V"] and not found.losses
    with pytest.raises(InputError, match="no finding"):
        macro_mean({})
