"""Another image of the same class beside one of another class."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.diagnose.cause.by_class import by_class_finding, draw_by_class, exchange_by_class
from angiogram.diagnose.cause.result import ByClass
from angiogram.statistics.interval import Interval
from tests.diagnose.cause.lesioned import asked_of, deep, labelled_by_itself, pictures_of

ROWS = np.arange(40)


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return asked_of(deep(tmp_path_factory.mktemp("model"), 2), pictures_of(40))


def drawn_of(asked):
    return draw_by_class(asked.cases.labels, [0] * 40, asked.cases.groups, seed=0)


def test_a_model_that_names_the_class_follows_it(asked):
    own = labelled_by_itself(asked)
    drawn = drawn_of(own)
    assert drawn.too_few is None and drawn.passes <= 4 * 40
    found = exchange_by_class(own, ROWS, drawn, seed=0, resamples=500)
    assert found.same.value == 0 and found.other.value == 1 and found.difference.low > 0
    assert "The answer follows the class that an image shows" in by_class_finding(found)


def test_where_the_classes_mean_nothing_it_is_not_seen_to_follow_them(asked):
    rng = np.random.default_rng(3)
    names = asked.cases.classes
    rows = tuple(replace(row, label=names[int(rng.integers(4))]) for row in asked.cases.rows)
    blind = replace(asked, cases=replace(asked.cases, rows=rows))
    found = exchange_by_class(blind, ROWS, drawn_of(blind), seed=0, resamples=500)
    assert found.difference.low <= 0
    assert "not seen to follow the class more than anything else" in by_class_finding(found)


def test_a_model_that_always_says_the_same_never_changes(asked):
    offsets = asked.offsets + np.array([-1e6, 0, 0, 0])
    found = exchange_by_class(replace(asked, offsets=offsets), ROWS, drawn_of(asked), seed=0, resamples=500)
    assert found.same.value == found.other.value == 0 and found.difference.low <= 0 <= found.difference.high


@pytest.mark.parametrize(("size", "one_class"), [(1, True), (2, True), (2, False), (8, False)])
def test_partners_are_as_they_should_be_and_units_share_no_group(size, one_class):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(96 // size), size)
        labels = rng.integers(0, 3, 96 // size)[groups] if one_class else rng.integers(0, 3, 96)
        drawn = draw_by_class(labels, [0] * 96, groups, seed)
        assert all(labels[a] != labels[b] for a, b in drawn.other)
        assert all(labels[a] == labels[b] and groups[a] != groups[b] for a, b in drawn.same)
        for pairs in (drawn.other, drawn.same):
            cases = [case for pair in pairs for case in pair]
            assert len(cases) == len(set(cases))
        assert len(drawn.cases) >= 40 and drawn.too_few is None
        unit_of = dict(zip(drawn.cases.tolist(), drawn.units.tolist(), strict=True))
        for pair in (*drawn.other, *drawn.same):
            inside = [unit_of[case] for case in pair if case in unit_of]
            assert len(set(inside)) <= 1
        for group in range(96 // size):
            assert len({unit_of[case] for case in np.flatnonzero(groups == group).tolist() if case in unit_of}) <= 1
        assert len(np.unique(drawn.units)) >= 96 // size // 6


@pytest.mark.parametrize(("labels", "groups"), [
    (np.zeros(40, int), np.arange(40)),  # one class
    (np.arange(40) % 2, np.zeros(40, int)),  # one group
    (np.arange(10) % 2, np.arange(10)),  # few cases
    (np.arange(40) % 2, np.arange(40) % 2),  # every class is one patient's
])  # fmt: skip
def test_too_few_are_said_to_be_too_few(labels, groups):
    drawn = draw_by_class(labels, [0] * len(labels), groups, seed=0)
    assert drawn.too_few is not None and drawn.too_few.endswith("16 cases in 2 sets are needed.")


def test_the_sentence_gives_both_shares():
    found = ByClass(70, Interval(0.2, 0.1, 0.3), Interval(0.9, 0.8, 1.0), Interval(0.7, 0.6, 0.8))
    assert by_class_finding(found) == (
        "Put in at the connector's output, another image of the same class changes the answer in 20 % of 70 cases "
        "(95 % interval 10 to 30), one of another class in 90 % (95 % interval 80 to 100). The answer follows the "
        "class that an image shows (paired difference 70 points, 95 % interval 60 to 80)."
    )
