"""Batches of several tasks: shares, epochs, and that a batch depends on seed and step alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.errors import InputError
from angiogram.train.draws.mixture import CHUNK, Mixture, shares

SIZES = {"vqa": 800, "report": 150, "rec": 50}


def mixture(seed=0, **more):
    rows, first = [], 0
    for size in SIZES.values():
        rows.append(np.arange(first, first + size))
        first += size
    return Mixture(rows, shares(SIZES, **more), seed)


def drawn(mixed, batches, size=10):
    return np.array([mixed.batch(step, size) for step in range(batches)]).ravel()


@pytest.mark.parametrize(
    "more", [{}, {"temperature": 3.0}, {"ratios": {"vqa": 1, "report": 2, "rec": 1}}, {"ratios": {"rec": 1}}]
)
def test_tasks_come_as_often_as_their_shares(more):
    found = drawn(mixture(**more), 2000)
    task = np.searchsorted([800, 950], found, side="right")
    often = np.bincount(task, minlength=3) / len(found)
    assert often == pytest.approx(shares(SIZES, **more), abs=0.02)


def test_in_an_epoch_every_entry_of_a_task_comes_once_and_in_another_order_than_before():
    found = drawn(mixture(ratios={"rec": 1}), 15)
    first, second, third = found[:50], found[50:100], found[100:]
    for epoch in (first, second, third):
        assert sorted(epoch) == list(range(950, 1000))
    assert not np.array_equal(first, second) and not np.array_equal(second, third)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 5), step=st.integers(0, 3 * CHUNK // 8))
def test_a_batch_is_the_same_whatever_was_drawn_before(seed, step):
    used = mixture(seed)
    for before in (0, step // 2, step + 1):
        used.batch(before, 8)
    assert used.batch(step, 8) == mixture(seed).batch(step, 8)


def test_seeds_differ_and_chunks_are_no_seam():
    assert not np.array_equal(drawn(mixture(0), 5), drawn(mixture(1), 5))
    long = drawn(mixture(ratios={"rec": 1}), 2 * CHUNK // 10 + 1)
    epochs = long[: len(long) // 50 * 50].reshape(-1, 50)
    assert (np.sort(epochs, axis=1) == np.arange(950, 1000)).all()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ratios": {"vqq": 1}}, "did you mean 'vqa'"),
        ({"ratios": {"vqa": -1}}, "The ratio of 'vqa' in the mixture is -1; it must be a finite number of at least 0"),
        ({"ratios": {"vqa": 0}}, "ratios of the mixture draw no task: give one above 0"),
        ({"temperature": 0}, "temperature of the mixture is 0; it must be a finite number above 0"),
    ],
)
def test_wrong_mixtures_are_one_sentence(more, said):
    with pytest.raises(InputError, match=said):
        shares(SIZES, **more)
