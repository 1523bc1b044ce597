"""Classes that are read through another column, past it, and both, on features whose making is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.read.columns import ColumnReading
from angiogram.diagnose.read.explained import says_of, says_why_not
from angiogram.diagnose.read.nuisance import is_alias, one_value
from angiogram.diagnose.read.within_strata import (
    Held,
    Judged,
    enough,
    outcome_of,
    over_stages,
    within_strata,
)
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.kept_from import named_without
from angiogram.statistics.bootstrap import resample_groups
from angiogram.statistics.interval import Interval

N = 900
MARGIN = 0.05


def world(of_class: float, of_column: float, together: float = 0.85, seed: int = 0, n: int = N, levels: int = 2):
    """Features that hold the class and the column as strongly as told; `together` of the cases share one value.

    Three cases a group, which have one value and one class.
    """
    rng = np.random.default_rng(seed)
    groups = np.arange(n) // 3
    labels = rng.integers(0, 2, n // 3)[groups]
    same = (rng.random(n // 3) < together)[groups]
    values = np.where(same, labels, rng.integers(0, levels, n // 3)[groups])
    features = rng.normal(size=(n, 12))
    features[:, 0] += of_class * labels
    features[:, 1] += of_column * (values == 1)
    fold = (np.random.default_rng(seed + 1).permutation(n // 3) % 3)[groups]
    folds = [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(3)]
    return features, labels, values, groups, folds


def read(features, labels, values, groups, folds, readable=True):
    predicted = probe_tap(features, labels, folds, groups=groups).predicted
    without = named_without(features, labels, values, folds, groups)
    judged = Judged(labels, 2, values, resample_groups(groups, count=1000))
    assert enough(judged)
    return within_strata(judged, [Held("V", "encoder.out", readable, predicted, without)], MARGIN, 4)[0]


def test_a_class_that_is_read_only_through_the_column():
    found = read(*world(of_class=0.0, of_column=6.0))
    assert found.outcome == "mostly"
    assert found.skill.value > 0.7 and found.left.low < 0 < found.left.high
    assert found.gone.low > 0.5
    assert abs(found.without.value) < 0.15  # kept from it, a probe knows nothing


def test_a_class_that_is_not_read_through_it_although_it_tells_most_of_the_class():
    found = read(*world(of_class=9.0, of_column=0.0), readable=False)
    assert found.outcome == "not" and found.left.value > 0.9 and found.without.value > 0.9


def test_a_column_that_can_be_read_but_that_the_class_does_not_need():
    found = read(*world(of_class=12.0, of_column=6.0))
    assert found.outcome == "not" and found.left.value > 0.9


def test_a_class_that_is_read_both_ways():
    found = read(*world(of_class=1.5, of_column=4.0, n=3000))
    assert found.outcome in ("partly", "mostly") and found.left.low > 0 and found.gone.low > MARGIN
    assert found.without.value > found.left.value + 0.1  # the short cut hid what could be read without it


def test_a_column_that_has_nothing_to_do_with_the_class():
    found = read(*world(of_class=2.0, of_column=6.0, together=0.0, n=3000, levels=3))
    assert found.outcome == "not" and abs(found.gone.value) < 0.03


@given(st.integers(0, 10**6))
def test_what_names_by_the_column_alone_has_nothing_left(seed):
    _, labels, values, groups, _ = world(0.0, 0.0, seed=seed, n=300)
    judged = Judged(labels, 2, values, resample_groups(groups, count=200))
    found = within_strata(judged, [Held("V", "encoder.out", True, values, None)], MARGIN, 4)[0]
    assert found.left.value == pytest.approx(0, abs=1e-9)
    assert found.gone.value == pytest.approx(found.skill.value)
    assert found.gone.low <= found.gone.value <= found.gone.high


@given(st.integers(0, 10**6))
def test_a_perfect_answer_is_explained_by_nothing(seed):
    _, labels, values, groups, _ = world(0.0, 0.0, together=0.7, seed=seed, n=600)
    judged = Judged(labels, 2, values, resample_groups(groups, count=200))
    found = within_strata(judged, [Held("S", None, True, labels, None)], MARGIN, 4)[0]
    assert found.outcome in ("not", "cannot be told") and found.without is None  # rarely a value has few of a class
    assert found.skill.value == pytest.approx(1) and found.left.value == pytest.approx(1)


def test_what_cannot_be_read_is_no_way_to_the_class():
    found = read(*world(of_class=0.0, of_column=6.0), readable=False)
    assert found.outcome == "cannot be told"


def test_intervals_decide():
    assert outcome_of(0.8, Interval(0.3, 0.2, 0.5), Interval(0.5, 0.4, 0.6), MARGIN) == "partly"
    assert outcome_of(0.8, Interval(0.7, 0.6, 0.8), Interval(0.1, 0.0, 0.2), MARGIN) == "cannot be told"
    assert over_stages(()) == "cannot be told"


def test_a_stage_that_reads_nothing_does_not_decide():
    _, labels, values, groups, _ = world(of_class=9.0, of_column=0.0)
    guess = np.random.default_rng(9).integers(0, 2, N)
    judged = Judged(labels, 2, values, resample_groups(groups, count=1000))
    sure, idle = within_strata(
        judged, [Held("V", "encoder.out", True, labels, None), Held("S", None, True, guess, None)], MARGIN, 4
    )
    assert sure.outcome == "not" and idle.outcome == "cannot be told" and over_stages((sure, idle)) == "not"
    assert "no stage is seen to read the class" in says_of("x", "cannot be told", reading((idle,)), 0.5, MARGIN)


def test_too_few_cases_in_the_strata_say_nothing():
    groups = np.arange(40)
    labels = groups % 2
    alias_but_two = labels.copy()
    alias_but_two[:2] = 1 - alias_but_two[:2]
    draws = resample_groups(groups, count=100)
    assert not enough(Judged(labels, 2, labels, draws))  # each value has one class
    assert not enough(Judged(labels, 2, alias_but_two, draws))
    assert enough(Judged(labels, 2, groups // 20, draws))
    two_groups = resample_groups(np.arange(200) // 100, count=100)
    assert not enough(Judged(np.arange(200) % 2, 2, np.arange(200) // 2 % 2, two_groups))


def test_a_column_with_one_value_where_it_is_taught_or_judged_is_not_read():
    values, folds = np.array([0, 0, 1, 1]), [(np.array([0, 1]), np.array([2, 3]))]
    assert one_value(values, folds, np.array([2, 3])) == "all cases that teach share one value of it"
    folds = [(np.array([1, 2]), np.array([0]))]
    assert one_value(values, folds, np.array([0])) == "all judged cases share one value of it"
    assert one_value(values, [(np.array([0, 2]), np.array([1, 3]))], np.array([1, 3])) == ""


def test_an_alias_of_the_class_is_told_from_a_reason():
    assert is_alias(["x", "y", "x"], np.array([1, 0, 1])) and not is_alias(["x", "y", "z"], np.array([1, 0, 1]))
    assert says_why_not("code", "", True).startswith("'code' goes with the class one to one")
    assert says_why_not("id", "it has another value for each of the 9 cases") == (
        "'id' was not held against the class: it has another value for each of the 9 cases."
    )


def reading(within, mixed=2, cases=300) -> ColumnReading:
    alone = Interval(0.92, 0.9, 0.94)
    return ColumnReading(("a", "b"), 0.5, 0.55, (), alone, Interval(0.4, 0.3, 0.5), mixed, cases, 150.0, 0.9, within)


def test_what_is_said():
    found = read(*world(of_class=0.0, of_column=6.0))
    text = says_of("scanner", "mostly", reading((found,)), 0.5, MARGIN)
    assert text.startswith("The class can be read through 'scanner' at V: of a skill of ")
    assert "is left within its values. A probe that is kept from 'scanner' has a skill of " in text
    assert text.endswith("Its value alone names the class right in 92 % of the cases, always the most frequent class "
                         "in 50 %.")  # fmt: skip
    found = read(*world(of_class=9.0, of_column=0.0))
    text = says_of("scanner", "not", reading((found,)), 0.5, MARGIN)
    assert text.startswith("'scanner' does not explain what is read of the class: of a skill of ")
    text = says_of("scanner", "cannot be told", reading((), mixed=0, cases=0), 0.5, MARGIN)
    assert "cannot be told: with each of its values one class only occurs." in text
    assert "too few cases, 12, have a value" in says_of("site", "cannot be told", reading((), cases=12), 0.5, MARGIN)
