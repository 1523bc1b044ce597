"""Cases that must not be harmed: what is said of them before and after, paired."""

from dataclasses import replace

import numpy as np

from angiogram.mend.guard import Guard, Held, guarded, held_by
from angiogram.train.draws.of_cases import entries_among


def quiet(_: str) -> None: ...


def test_a_model_that_answers_says_the_true_answers(answering, quarters):
    tested = [row for row in quarters.rows if row.split == "test"][:12]
    guard = Guard("quarters", entries_among(quarters, tested))
    held = held_by(answering.loaded, guard, quiet)
    assert held.said.mean() > 0.9 and held.probability.min() > 0.3
    wrong = replace(quarters, rows=tuple(replace(row, label="liver") for row in tested if row.label != "liver"))
    mistaken = held_by(answering.loaded, Guard("wrong", entries_among(wrong, wrong.rows)), quiet)
    assert not mistaken.said.any() and mistaken.probability.mean() < held.probability.mean()


def judged(quarters, before, after):
    guard = Guard("quarters", entries_among(quarters, quarters.rows))
    count = len(quarters.rows)
    one, other = (Held(np.arange(count) < share * count, np.full(count, share)) for share in (before, after))
    return guarded(guard, one, other, 0.05, 0, 300)


def test_harm_is_what_is_surely_lost(quarters):
    same = judged(quarters, 0.8, 0.8)
    assert same.harm == "not harmed" and same.said_change.value == 0 and same.entries == 240 and same.groups == 60
    worse = judged(quarters, 0.8, 0.5)
    assert worse.harm == "harmed" and worse.probability_change.high < 0
    assert abs(worse.said_change.value + 0.3) < 1e-9
    assert judged(quarters, 0.5, 0.8).harm == "not harmed"
