"""Exactly what is needed is drawn, from as many images as serve."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.views.counted import LARGE, entries, table

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.chance import shuffled
from angiogram.data.views.draw import drawn_entries
from angiogram.data.views.pool import read_pool


@settings(max_examples=30, deadline=None)
@given(LARGE, st.integers(0, 2**32 - 1), st.data())
def test_every_image_gives_one_entry_before_any_gives_a_second(counts, seed, data):
    rows = read_pool(table(entries(counts))).rows
    there = np.array(counts).sum(0)
    needed = np.array([data.draw(st.integers(0, int(most))) for most in there])
    drawn = drawn_entries(rows, rows.select("picture", "task").unique(), needed, seed)
    assert drawn["number"].is_sorted() and drawn["number"].is_unique().all()
    assert [(drawn["task"] == task).sum() for task in ON_IMAGES] == needed.tolist()
    taken, given_ = (Counter(frame.select("picture", "task").rows()) for frame in (drawn, rows))
    for task in ON_IMAGES:
        levels = {key: taken[key] for key in given_ if key[1] == task}
        most = max(levels.values(), default=0)
        assert all(level >= min(most - 1, given_[key]) for key, level in levels.items())


def test_another_seed_draws_other_entries():
    rows = read_pool(table(entries([[3]] * 20))).rows
    serving, needed = rows.select("picture", "task").unique(), np.array([5, 0, 0, 0, 0, 0, 0])
    draws = {tuple(drawn_entries(rows, serving, needed, seed)["number"]) for seed in range(5)}
    assert len(draws) == 5


def test_draws_of_one_seed_are_independent_of_each_other():
    orders = [shuffled(50, draw, 1) for draw in ("choice of dense images", "places of images", "entries of images")]
    assert all((a != b).sum() > 40 for a, b in zip(orders, orders[1:] + orders[:1], strict=True))
    assert (shuffled(50, "places of images", 1) == orders[1]).all()
    assert (shuffled(50, "places of images", 2) != orders[1]).sum() > 40
