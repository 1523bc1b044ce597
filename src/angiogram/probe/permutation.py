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
    an official split, within each test fold of a cross-validation. Groups (patients) trade as wholes, because the cases
    of a group are alike in labels and features, and shuffling them one by one would make chance look smaller than it
    is: groups with one label hand it around; the labels of groups with several are laid on each other's cases, group
    after group, so that groups of unequal size share some.

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
    group = np.arange(len(labels)) if groups is None else _numbered(groups, block)  # [N]
    mixed = _holds_several(group, labels)  # [N]
    shuffled = np.tile(labels, (count, 1))
    rng = np.random.default_rng(seed)
    for number in np.unique(block):
        one, several = (np.flatnonzero((block == number) & side_of) for side_of in (~mixed, mixed))
        shuffled[:, one] = _traded(labels[one], group[one], count, rng)
        shuffled[:, several] = _laid(labels[several], group[several], count, rng)
    return shuffled


def least_telling(labels: NDArray[np.int64], permuted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of permuted labels `[P, N]` those that say least of the true ones, `[N]`: farthest from a copy or an exchange.

    >>> least_telling(np.array([0, 0, 1, 1]), np.array([[1, 1, 0, 0], [0, 1, 0, 1]])).tolist()
    [0, 1, 0, 1]
    """
    return min(permuted, key=lambda others: _dependence(labels, others))


def _dependence(labels: NDArray[np.int64], others: NDArray[np.int64]) -> float:
    """How far two labellings are from saying nothing of one another: 0 where they are independent."""
    table = np.zeros((labels.max() + 1, others.max() + 1))
    np.add.at(table, (labels, others), 1)
    return float(np.abs(table - np.outer(table.sum(axis=1), table.sum(axis=0)) / len(labels)).sum())


def _traded(
    labels: NDArray[np.int64], group: NDArray[np.int64], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """The groups' labels `[n]` handed around among the groups, `[count, n]`."""
    first, unit = np.unique(group, return_index=True, return_inverse=True)[1:]
    return rng.permuted(np.tile(labels[first], (count, 1)), axis=1)[:, unit.reshape(-1)]


def _laid(
    labels: NDArray[np.int64], group: NDArray[np.int64], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """The labels `[n]`, group after group, laid on the cases, group after group, in another order: `[count, n]`."""
    names, unit = np.unique(group, return_inverse=True)
    numbers = np.tile(np.arange(len(names)), (count, 1))

    def order() -> NDArray[np.int64]:
        return np.argsort(rng.permuted(numbers, axis=1)[:, unit.reshape(-1)] + rng.random((count, len(unit))), axis=1)

    laid = np.empty((count, len(labels)), dtype=np.int64)
    np.put_along_axis(laid, order(), labels[order()], axis=1)
    return laid


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


def _numbered(groups: NDArray[np.int64], block: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for each group within each block, `[N]`."""
    return np.unique(np.stack([groups, block], axis=1), axis=0, return_inverse=True)[1].reshape(-1)


def _holds_several(group: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the case's group holds several labels, `[N]`."""
    pairs = np.unique(np.stack([group, labels], axis=1), axis=0)
    return np.bincount(pairs[:, 0])[group] > 1
