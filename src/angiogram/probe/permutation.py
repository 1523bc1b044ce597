"""The label-permutation control: how accurate a probe gets by chance, for a whole curve at once [own].

The same permuted labels are used at every tap, so the largest accuracy over the taps under each permutation gives one
null band for the whole curve. A ridge probe is linear in the labels, so that all permutations share what one fit has
made: the weights of the training cases in the score of each test case. Each permutation counts the better of two:

- the probe with the strength of the true labels. Alone it lies below the majority class where classes are unequal.
- the constant guess of the class that is most frequent in training, which is what a probe of permuted labels comes to
  with a strength of its own: noise wants all the shrinkage there is.

The better of both is conservative: a tap that reads nothing passes the band at most as often as the level says.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from angiogram.errors import InputError
from angiogram.probe.ridge import RidgeProbe

_COLUMNS = 4096
"""Permutations are taken in chunks of about this many (permutation, class) columns, to bound memory."""


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


def permuted_correct(
    probe: RidgeProbe,
    test_features: NDArray[np.generic],
    train_labels: NDArray[np.int64],
    test_labels: NDArray[np.int64],
    classes: int,
    unit: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Number of test cases that are right under each permutation, `[2, P]`: with the probe's strength, and guessed.

    Args:
        probe: fitted to the true labels of the N training cases.
        test_features: `[M, D]`.
        train_labels: permuted labels of the training cases, `[P, N]`.
        test_labels: permuted labels of the test cases, `[P, M]`.
        classes: K.
        unit: what each training case trades labels with, `[N]`, see `tied`; default: each for itself.
    """
    P, N = train_labels.shape
    unit = np.arange(N) if unit is None else np.unique(unit, return_inverse=True)[1].reshape(-1)
    first, size = np.unique(unit, return_index=True, return_counts=True)[1:]
    weight = probe.weights_of_cases(test_features, unit).T  # [U, M]
    weight = np.ascontiguousarray(weight, dtype=np.float32)  # safe: nothing is inverted any more
    step = max(1, _COLUMNS // classes)
    correct = np.zeros((2, P), dtype=np.int64)
    for start in range(0, P, step):
        onehot = _onehot(train_labels[start : start + step, first], classes)  # [p K, U]
        p = min(step, P - start)
        share = (onehot @ size.astype(np.float32) / N).reshape(p, classes)
        scores = np.asarray(onehot @ weight).reshape(p, classes, -1)  # [p, K, M]
        scores += share[:, :, None]
        own = test_labels[start : start + p]  # [p, M]
        correct[0, start : start + p] = (_argmax(scores) == own).sum(axis=1)
        correct[1, start : start + p] = (share.argmax(axis=1)[:, None] == own).sum(axis=1)
    return correct


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


def _onehot(labels: NDArray[np.int64], classes: int) -> csr_array:
    """Labels `[p, U]` as a sparse matrix `[p K, U]` whose row `number K + label` marks the units of that label."""
    p, U = labels.shape
    order = labels.argsort(axis=1, kind="stable")
    sizes = np.bincount((labels + classes * np.arange(p)[:, None]).reshape(-1), minlength=p * classes)
    ends = np.append(0, sizes.cumsum())
    return csr_array((np.ones(p * U, np.float32), order.reshape(-1), ends), shape=(p * classes, U))


def _argmax(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """The first largest along the middle axis, `[p, K, M]` -> `[p, M]`; NumPy's own is slow across an axis."""
    best = scores[:, 0].copy()
    place = np.zeros(best.shape, dtype=np.int64)
    for number in range(1, scores.shape[1]):
        larger = scores[:, number] > best
        place[larger] = number
        np.maximum(best, scores[:, number], out=best)
    return place


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
