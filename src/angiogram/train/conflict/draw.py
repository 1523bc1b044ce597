"""Which entries make a batch: as many of each task, and no image twice where the table allows it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def draw(rows: Sequence[NDArray[np.int64]], images: Sequence[str], samples: int, seed: int, step: int) -> list[int]:
    """The entries of one batch, a pure function of seed and step.

    Two samples of one image share its noise, so that their tasks would seem to agree more than they do. Tasks therefore
    choose in turn, in an order of its own each step, among the images that nobody has taken; only a task that has too
    few of these left takes others. Inner products between tasks are then of the same kind as those between a task's own
    halves: without bias for the images that the table's are drawn from. [own] Batches are drawn independently of each
    other. Of a table of hardly more images than a batch takes, each task gets what the others lack, and tasks that
    agree may seem opposed: there should be several times as many.

    Args:
        rows: numbers of each task's entries, `[n_i]`, at least `samples` of each.
        images: of every entry, by its number.
        samples: of each task.
        seed: of all batches.
        step: number of the batch.

    Returns:
        Numbers of the entries, the samples of a task side by side, tasks in their order.

    >>> batch = draw([np.arange(4), np.arange(4, 8)], ["a", "b", "c", "d"] * 2, 2, seed=0, step=0)
    >>> sorted("abcd"[row % 4] for row in batch), sorted(row // 4 for row in batch)
    (['a', 'b', 'c', 'd'], [0, 0, 1, 1])
    """
    chance = np.random.default_rng([seed, step])
    taken: set[str] = set()
    drawn: dict[int, list[int]] = {}
    for task in chance.permutation(len(rows)).tolist():
        fresh: list[int] = []
        others: list[int] = []
        for row in map(int, chance.permutation(rows[task])):
            if len(fresh) == samples:
                break
            (others if images[row] in taken else fresh).append(row)
            taken.add(images[row])
        drawn[task] = (fresh + others)[:samples]
    return [row for task in range(len(rows)) for row in drawn[task]]
