"""Folds inside a training side, by which a strength is chosen."""

import numpy as np
from numpy.typing import NDArray


def inner_folds(
    index: NDArray[np.int64], groups: NDArray[np.int64] | None = None, count: int = 5, seed: int = 0
) -> NDArray[np.int64] | None:
    """Number of the fold that holds each case out, `[N]`, each class spread over the folds and no group divided.

    Groups (or cases) are sorted by their most frequent class, in random order within it, and dealt round. Where there
    are fewer groups than folds, there are as many folds as groups.

    Args:
        index: class of each case, `[N]`.
        groups: `[N]`; each case for itself where None.
        count: number of folds.
        seed: of the order.

    Returns:
        None for a single group, which cannot be cut.

    >>> fold = inner_folds(np.array([0, 0, 0, 1, 1, 1]), count=3)
    >>> sorted(fold[:3].tolist()), sorted(fold[3:].tolist())
    ([0, 1, 2], [0, 1, 2])
    """
    unit = np.arange(len(index)) if groups is None else np.unique(groups, return_inverse=True)[1].reshape(-1)
    units = int(unit.max()) + 1
    if units < 2:
        return None
    table = np.zeros((units, int(index.max()) + 1), dtype=np.int64)
    np.add.at(table, (unit, index), 1)
    order = np.lexsort((np.random.default_rng(seed).random(units), table.argmax(axis=1)))
    fold = np.empty(units, dtype=np.int64)
    fold[order] = np.arange(units) % min(count, units)
    return fold[unit]
