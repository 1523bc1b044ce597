"""The label-permutation control: how accurate a probe gets by chance, for a whole curve at once [own].

The same permuted labels are used at every tap, so the largest accuracy over the taps under each permutation gives one
null band for the whole curve. `permuted_fits` has what a probe of such labels reads.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError


def permuted_labels(
    labels: NDArray[np.int64],
    folds: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    count: int = 100,
    seed: int = 0,
    groups: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Labels shuffled within the folds, `[count, N]`.

    Cases trade labels only with cases that the same folds train and test on: within the training and the test side of
    an official split, within each test fold of a cross-validation. Groups with one label (patients) trade it as wholes,
    because the cases of a group are alike and shuffling them one by one would make chance look smaller than it is; the
    cases of groups that hold several labels trade among each other.

    >>> y = np.array([0, 0, 1, 1, 0, 1])
    >>> permuted_labels(y, [(np.array([0, 1, 2, 3]), np.array([4, 5]))], count=2, seed=1)[:, 4:].sum(axis=1).tolist()
    [1, 1]
    """
    if count < 1:
        raise InputError(f"The number of permutations must be at least 1, not {count}.")
    side = np.zeros((len(labels), len(folds)), dtype=np.int64)  # 1: the fold trains on it, 2: tests it
    for fold, (train, test) in enumerate(folds):
        side[train, fold], side[test, fold] = 1, 2
    block = np.unique(side, axis=0, return_inverse=True)[1].reshape(-1)  # [N]
    unit, among = _units(labels, block, groups)  # [N] -> 0..n_units-1
    first = np.unique(unit, return_index=True)[1]  # a case of each unit
    shuffled = np.tile(labels[first], (count, 1))  # [count, n_units]
    rng = np.random.default_rng(seed)
    for number in np.unique(among):
        members = np.flatnonzero(among[first] == number)
        shuffled[:, members] = rng.permuted(shuffled[:, members], axis=1)
    return shuffled[:, unit]


def tied(permuted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the unit of each case, `[N]`: cases that have the same label in every permutation `[P, N]` are one.

    >>> tied(np.array([[0, 0, 1, 1], [1, 1, 1, 0]])).tolist()
    [0, 0, 2, 1]
    """
    _, first, unit = np.unique(permuted.T @ _random_numbers(len(permuted)), return_index=True, return_inverse=True)
    unit = unit.reshape(-1)
    return unit if np.array_equal(permuted[:, first][:, unit], permuted) else np.arange(permuted.shape[1])


def _random_numbers(count: int) -> NDArray[np.int64]:
    return np.random.default_rng(0).integers(1, 2**40, count)


def null_band(null: NDArray[np.float64], level: float = 0.95) -> float:
    """Accuracy that the best of all taps reaches by chance: `null` is `[taps, P]`, the same permutations in each row.

    The smallest of the P maxima that is not exceeded by chance with more than 1 - level: the order statistic number
    ceil(level (P + 1)). Below 19 permutations that would be more than there are: the largest maximum is taken, which is
    passed by chance with 1 / (P + 1).

    >>> null_band(np.arange(200.0).reshape(2, 100) / 200)
    0.975
    """
    best = np.sort(null.max(axis=0))
    rank = int(np.ceil(level * (len(best) + 1)))
    return float(best[min(rank, len(best)) - 1])


def _units(
    labels: NDArray[np.int64], block: NDArray[np.int64], groups: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What trades labels as one, and among whom: groups (within their block) with a single label; cases of the others.

    Returns:
        (number of the unit of each case, number of the units among which it trades), both `[N]`.
    """
    if groups is None:
        return np.arange(len(labels)), block
    unit = np.unique(np.stack([groups, block], axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    pairs = np.unique(np.stack([unit, labels], axis=1), axis=0)
    mixed = np.bincount(pairs[:, 0])[unit] > 1  # [N]
    alone = unit.max() + 1 + np.arange(len(labels))
    units = np.unique(np.where(mixed, alone, unit), return_inverse=True)[1].reshape(-1)
    return units, 2 * block + mixed
