"""The label-permutation control: how accurate a probe gets by chance, for a whole curve at once [own].

The same permuted labels are used at every tap, so the largest accuracy over the taps under each permutation gives one
null band for the whole curve. All permutations share the eigendecomposition of the tap, and each counts the better of
two probes:

- with a strength of its own, chosen by generalised cross-validation, which is leave-one-out with every leverage
  replaced by their mean. Exact leave-one-out for every permutation and strength would multiply the time by ten; over
  240 permutations of six shapes the accuracies agreed in 98 % and the band in all but one shape (by 0.2 points).
- with the strength of the true labels.

The first alone collapses to a constant guess on most permutations (noise wants all the shrinkage there is), so that
with many equal classes its band lies below one in K. The second alone lies below the majority class where classes are
unequal. The better of both is conservative: a tap that reads nothing passes the band at most as often as the level
says.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from angiogram.errors import InputError
from angiogram.probe.principal import PrincipalAxes
from angiogram.probe.ridge import strength_grid

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
    an official split, within each test fold of a cross-validation. Where every group has one label (patients), whole
    groups trade labels, because the cases of a group are alike and shuffling them one by one would make chance look
    smaller than it is; where groups hold several labels, cases trade within the folds.

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
    unit = _units(labels, block, groups)  # [N] -> 0..n_units-1
    first = np.unique(unit, return_index=True)[1]  # a case of each unit
    shuffled = np.tile(labels[first], (count, 1))  # [count, n_units]
    rng = np.random.default_rng(seed)
    for number in np.unique(block):
        members = np.flatnonzero(block[first] == number)
        shuffled[:, members] = rng.permuted(shuffled[:, members], axis=1)
    return shuffled[:, unit]


def permuted_correct(
    axes: PrincipalAxes,
    strength: float,
    test_features: NDArray[np.generic],
    train_labels: NDArray[np.int64],
    test_labels: NDArray[np.int64],
    classes: int,
) -> NDArray[np.int64]:
    """Number of test cases that a ridge probe gets right under each permutation, `[2, P]`.

    The first row is with a strength for each permutation, the second with `strength`.

    Args:
        axes: the eigendecomposition of the N training cases.
        strength: what leave-one-out chose for the true labels.
        test_features: `[M, D]`.
        train_labels: permuted labels of the training cases, `[P, N]`.
        test_labels: permuted labels of the test cases, `[P, M]`.
        classes: K.
    """
    train = axes.rotated.astype(np.float32)  # [N, r]; float32 is safe here: nothing is inverted
    test = axes.transform(test_features).astype(np.float32)  # [M, r]
    P, N = train_labels.shape
    step = max(1, _COLUMNS // classes)
    correct = np.zeros((2, P), dtype=np.int64)
    for start in range(0, P, step):
        chunk = train_labels[start : start + step]  # [p, N]
        p = len(chunk)
        rows = (chunk + classes * np.arange(p)[:, None]).reshape(-1)
        onehot = csr_array(
            (np.ones(p * N, np.float32), (rows, np.tile(np.arange(N), p))), shape=(p * classes, N)
        )  # [p K, N]
        share = np.asarray(onehot.sum(axis=1)).reshape(p, classes, 1) / N
        projected = np.asarray(onehot @ train).reshape(p, classes, -1)  # [p, K, r]
        own = _generalised_cross_validation(axes, projected, share)  # [p]
        for row, strengths in enumerate((own, np.full(p, strength))):
            for one in np.unique(strengths):
                these = np.flatnonzero(strengths == one)
                shrunk = test / (axes.eigenvalues + one).astype(np.float32)  # [M, r]
                scores = (projected[these].reshape(len(these) * classes, -1) @ shrunk.T).reshape(-1, classes, len(test))
                scores += share[these].astype(np.float32)  # [p', K, M]
                correct[row, start + these] = (scores.argmax(axis=1) == test_labels[start + these]).sum(axis=1)
    return correct


def null_band(null: NDArray[np.float64], level: float = 0.95) -> float:
    """Accuracy that the best of all taps reaches by chance: `null` is `[taps, P]`, the same permutations in each row.

    The smallest of the P maxima that is not exceeded by chance with more than 1 - level: the order statistic number
    ceil(level (P + 1)), which holds its level for any P (at the price of the largest maximum where P is below 19).

    >>> null_band(np.arange(200.0).reshape(2, 100) / 200)
    0.975
    """
    best = np.sort(null.max(axis=0))
    rank = int(np.ceil(level * (len(best) + 1)))
    return float(best[min(rank, len(best)) - 1])


def _units(labels: NDArray[np.int64], block: NDArray[np.int64], groups: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """What trades labels as one: groups (within their block) where each has a single label, else cases."""
    if groups is None:
        return np.arange(len(labels))
    key = np.stack([groups, block], axis=1)
    unit = np.unique(key, axis=0, return_inverse=True)[1].reshape(-1)
    pairs = np.unique(np.stack([unit, labels], axis=1), axis=0)
    return unit if len(pairs) == unit.max() + 1 else np.arange(len(labels))


def _generalised_cross_validation(
    axes: PrincipalAxes, projected: NDArray[np.float32], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Strength of each permutation, `[p]`, from `rotated' Y` as `[p, K, r]`; ties go to the larger strength.

    `residual / (1 - trace / N)^2`, and with orthogonal axes the residual needs only the energy on each axis.
    """
    N = len(axes.rotated)
    strengths = np.array(strength_grid(axes))[::-1]  # [S], descending
    energy = np.square(projected, dtype=np.float64).sum(axis=1) / axes.eigenvalues  # [p, r]
    total = N * (1.0 - np.square(share).sum(axis=(1, 2)))  # [p]: squared norm of the centred targets
    kept = axes.eigenvalues / (axes.eigenvalues + strengths[:, None])  # [S, r]
    residual = total[:, None] - energy @ (1.0 - (1.0 - kept) ** 2).T  # [p, S]
    free = 1.0 - (1.0 + kept.sum(axis=1)) / N  # [S]
    return strengths[(residual / free**2).argmin(axis=1)]
