"""The image-centric choice: densely annotated images, by seed."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.chance import shuffled
from angiogram.data.views.fewest import surplus
from angiogram.data.views.image_types import ImageTypes
from angiogram.data.views.pool import PICTURE
from angiogram.data.views.programme import Counts
from angiogram.errors import InputError

_ROUNDING = 1e-6  # of the solver


@dataclass(frozen=True)
class Dense:
    """Images with at least so many tasks, in the order in which they are taken: the first N are the choice of N.

    Attributes:
        tasks: an image has at least.
        pictures: `[E]`, in a random order.
        needed: `[E + 1, T]`, entries of each task that the first 0 to E of them have.
    """

    tasks: int
    pictures: Counts
    needed: Counts

    def __len__(self) -> int:
        return len(self.pictures)


def dense_images(entries: pl.DataFrame, tasks: int | None, seed: int) -> Dense:
    """Images with at least so many tasks.

    Args:
        entries: `picture` and a column a task, as `entries_of_images` gives them.
        tasks: an image must have; None for half of those that occur, rounded up (4 of 7; IMAX has 4.10 an image).
        seed: of the order.

    Raises:
        InputError: no image has so many.
    """
    per_image = pl.sum_horizontal(pl.col(task) > 0 for task in ON_IMAGES)
    most = entries.select(per_image.max()).item()
    if tasks is None:
        tasks = -(-sum(entries.select(pl.col(ON_IMAGES).sum() > 0).row(0)) // 2)
    if not 1 <= tasks <= most:
        raise InputError(f"No choice of images has at least {tasks} tasks each: use --tasks 1 to {most}.")
    dense = entries.filter(per_image >= tasks)
    order = shuffled(dense.height, "choice of dense images", seed)
    found = dense.select(pl.col(ON_IMAGES).cast(pl.Int64)).to_numpy()[order]
    needed = np.concatenate([np.zeros((1, len(ON_IMAGES)), np.int64), np.cumsum(found, 0)])
    return Dense(tasks, dense[PICTURE].to_numpy()[order], needed)


def most_with_one_task(dense: Dense, types: ImageTypes) -> int:
    """The largest choice whose entries could come from images that serve one task each, if images could be divided.

    The prices of entries at one size bound all sizes: the entries that a choice needs must not be worth more than all
    images can give. So one programme says how far to go down next, and few are solved.

    Returns:
        0 where there is none.
    """
    low, high, guess = 0, len(dense) + 1, len(dense)
    while high - low > 1:
        times, prices = surplus(types.entries, types.count, dense.needed[guess])
        low, high = (guess, high) if times >= 1 - _ROUNDING else (low, guess)
        worth = (types.count * (types.entries * prices).max(1)).sum()
        high = min(high, int((dense.needed @ prices <= worth * (1 + 2 * _ROUNDING)).sum()))
        guess = max(high - 1, low + 1)
    return low
