"""Which entries a step learns from: tasks by ratio or temperature, each batch a pure function of seed and step."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError, unknown
from angiogram.ranges import number, number_above_0

CHUNK = 4096  # tasks that are drawn at once


def shares(
    sizes: Mapping[str, int], ratios: Mapping[str, float] | None = None, temperature: float = 1.0
) -> list[float]:
    """How often each task is drawn; they add up to 1.

    Args:
        sizes: entries of each task.
        ratios: of the tasks that are drawn; the others are not. None for all tasks by their sizes.
        temperature: of the sizes, `n_i^(1/T) / sum_j n_j^(1/T)`: 1 draws every entry as often as any other, a high one
            every task (Raffel et al., "T5", 2020, section 3.5.2).

    Raises:
        InputError: a ratio names a task without entries; and see `check_mixture`.

    >>> shares({"vqa": 900, "report": 100})
    [0.9, 0.1]
    >>> shares({"vqa": 900, "report": 100}, temperature=2.0)
    [0.75, 0.25]
    >>> shares({"vqa": 900, "report": 100}, ratios={"report": 2, "vqa": 2})
    [0.5, 0.5]
    """
    check_mixture(ratios, temperature)
    for task in ratios or {}:
        if task not in sizes:
            raise unknown("task with training entries called", task, sizes)
    if ratios is None:
        weights = np.array([float(size) for size in sizes.values()]) ** (1 / temperature)
    else:
        weights = np.array([float(ratios.get(task, 0.0)) for task in sizes])
    return (weights / weights.sum()).tolist()


def check_mixture(ratios: Any, temperature: Any, mixture: str = "the mixture") -> None:
    """Refuse ratios and a temperature of which no shares are made, whatever the entries are.

    Args:
        ratios: a number for each task that is drawn, or None.
        temperature: of the sizes.
        mixture: what it is called.

    Raises:
        InputError: they are no numbers or out of range, or no ratio is above 0.

    >>> check_mixture({"vqa": "two"}, 1.0)
    Traceback (most recent call last):
    angiogram.errors.InputError: The ratio of 'vqa' in the mixture is 'two'; it must be a finite number of at least 0.
    """
    number_above_0(f"temperature of {mixture}", temperature)
    if ratios is None:
        return
    if not isinstance(ratios, Mapping):
        raise InputError(f"The ratios of {mixture} are a table of tasks and numbers, not {ratios!r}.")
    given: Mapping[str, Any] = ratios
    for task, ratio in given.items():
        number(f"ratio of '{task}' in {mixture}", ratio)
    if not any(given.values()):
        raise InputError(f"The ratios of {mixture} draw no task: give one above 0 at least.")


class Mixture:
    """Draws batches: sample k is the next entry of a task that is drawn by its share, in an order of its own an epoch.

    Nothing is remembered from batch to batch, so that a run that goes on at any step draws what it would have drawn.

    Args:
        rows: of each task, its entries by their number, `[n_i]`.
        shares: of the tasks, in the same order.
        seed: of every draw.
    """

    def __init__(self, rows: Sequence[NDArray[np.int64]], shares: Sequence[float], seed: int) -> None:
        self.rows, self.shares, self.seed = tuple(rows), tuple(shares), seed
        self._tasks = lru_cache(maxsize=2)(self._draw_tasks)
        self._counts = lru_cache(maxsize=None)(self._count)
        self._orders = lru_cache(maxsize=2 * len(self.rows))(self._draw_order)

    def batch(self, step: int, size: int) -> list[int]:
        """Numbers of the entries of step `step` (from 0) of batches of this size.

        >>> mixture = Mixture([np.arange(3), np.arange(10, 12)], [0.5, 0.5], seed=0)
        >>> mixture.batch(2, 4) == Mixture([np.arange(3), np.arange(10, 12)], [0.5, 0.5], seed=0).batch(2, 4)
        True
        """
        return [self._entry(sample) for sample in range(step * size, (step + 1) * size)]

    def _entry(self, sample: int) -> int:
        chunk, within = divmod(sample, CHUNK)
        tasks = self._tasks(chunk)
        task = int(tasks[within])
        earlier = sum(int(self._counts(each)[task]) for each in range(chunk)) + int((tasks[:within] == task).sum())
        epoch, place = divmod(earlier, len(self.rows[task]))
        return int(self.rows[task][self._orders(task, epoch)[place]])

    def _draw_tasks(self, chunk: int) -> NDArray[np.int64]:
        return np.random.default_rng([self.seed, 0, chunk]).choice(len(self.shares), CHUNK, p=self.shares)

    def _count(self, chunk: int) -> NDArray[np.int64]:
        return np.bincount(self._draw_tasks(chunk), minlength=len(self.shares))

    def _draw_order(self, task: int, epoch: int) -> NDArray[np.int64]:
        return np.random.default_rng([self.seed, 1, task, epoch]).permutation(len(self.rows[task]))
