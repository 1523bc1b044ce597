"""Who exchanges with whom, and what of it is independent."""

import numpy as np
import pytest

from angiogram.diagnose.cause.pairs import draw_pairs, units_of_pairs
from angiogram.statistics.bootstrap import resample_groups


def test_a_pair_differs_in_class_and_answer_and_nobody_is_drawn_twice():
    rng = np.random.default_rng(1)
    labels, answers = rng.integers(0, 3, 40), rng.integers(0, 3, 40)
    shapes, groups = rng.integers(0, 2, 40).tolist(), np.arange(40)
    pairs = draw_pairs(labels, answers, shapes, groups, seed=3)
    drawn = [case for pair in pairs for case in pair]
    assert len(drawn) == len(set(drawn)) > 20
    for a, b in pairs:
        assert labels[a] != labels[b] and answers[a] != answers[b] and shapes[a] == shapes[b]
    assert draw_pairs(labels, answers, shapes, groups, seed=3) == pairs
    assert draw_pairs(labels, answers, shapes, groups, seed=4) != pairs


def test_a_rare_answer_is_not_used_up_by_the_others():
    answers, groups = np.array([0] * 6 + [1] * 3 + [2] * 3), np.arange(12)
    assert len(draw_pairs(answers, answers, [0] * 12, groups, seed=0)) == 6
    assert len(draw_pairs(answers, np.array([0] * 11 + [2]), [0] * 12, groups, seed=0)) == 1


@pytest.mark.parametrize(("size", "one_class", "fewest_pairs", "fewest_units"), [
    (1, True, 48, 48), (2, True, 42, 22), (2, False, 40, 32), (8, True, 38, 5), (8, False, 44, 7),
])  # fmt: skip
def test_few_patients_are_tied_together_and_few_pairs_are_lost(size, one_class, fewest_pairs, fewest_units):
    """96 cases: at most 48 pairs, in half as many units as patients or, where a patient has several classes, more."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(96 // size), size)
        labels = rng.integers(0, 4, 96 // size)[groups] if one_class else rng.integers(0, 4, 96)
        answers = np.where(rng.random(96) < 0.7, labels, rng.integers(0, 4, 96))
        pairs = draw_pairs(labels, answers, [0] * 96, groups, seed)
        units = units_of_pairs(pairs, groups)
        assert len(pairs) >= fewest_pairs and len(np.unique(units)) >= fewest_units
        cases = np.array(pairs).reshape(-1)
        for unit in np.unique(units):
            mine = np.unique(groups[cases[units == unit]])
            assert len(mine) <= 2 and not np.isin(mine, groups[cases[units != unit]]).any()


def test_pairs_linked_by_others_are_one_unit():
    groups = np.array([3, 3, 5, 5, 8, 9, 9, 9])
    assert units_of_pairs([(0, 2), (3, 4)], groups).tolist() == [0] * 4  # 3 and 8 through 5
    assert units_of_pairs([(0, 1), (2, 4), (5, 6)], groups).tolist() == [0, 0, 1, 1, 2, 2]
    assert units_of_pairs([(0, 4), (1, 5), (2, 3)], groups).tolist() == [0, 0, 0, 0, 1, 1]


def test_intervals_over_units_cover_where_the_cases_of_a_patient_are_alike():
    """24 patients of 6 cases and one class, drawn second or first; nominal 95 %."""
    groups, covered = np.repeat(np.arange(24), 6), 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        labels = rng.integers(0, 3, 24)[groups]
        pairs = np.array(draw_pairs(labels, labels, [0] * len(groups), groups, seed))
        habit = rng.random(24) < 0.5  # whether a patient is followed surely or by chance
        follows = np.repeat(habit[groups[pairs[:, 1]]] | (rng.random(len(pairs)) < 0.4), 2)
        found = resample_groups(units_of_pairs(pairs.tolist(), groups), seed).accuracy(follows).interval()
        covered += found.low <= 0.7 <= found.high
    assert 0.92 <= covered / 300 <= 0.99
