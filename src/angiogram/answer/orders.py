"""Options in rotated order: whether an answer depends on where its name stands in the question."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError


def rotated(names: Sequence[str], count: int) -> tuple[tuple[str, ...], ...]:
    """The names in `count` rotations, evenly spaced; the first is their own order.

    Raises:
        InputError: there are fewer names than rotations.

    >>> rotated(["a", "b", "c", "d"], 2)
    (('a', 'b', 'c', 'd'), ('c', 'd', 'a', 'b'))
    """
    if not 1 <= count <= len(names):
        raise InputError(f"{len(names)} options can be asked in 1 to {len(names)} rotated orders, not in {count}.")
    starts = [turn * len(names) // count for turn in range(count)]
    return tuple((*names[start:], *names[:start]) for start in starts)


def order_sensitivity(log_likelihoods: NDArray[np.floating]) -> float:
    """Share of cases whose most likely class is not the same in all orders, from `[N, orders, K]`."""
    chosen = log_likelihoods.argmax(axis=2)  # [N, orders]
    return float(np.mean((chosen != chosen[:, :1]).any(axis=1)))
