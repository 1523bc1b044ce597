"""What a ridge probe reads under permuted labels.

The probe is linear in the labels, so that all permutations share what one fit has made: at each strength, the weights
of the training cases in the score of each test case.

**Each permutation chooses its own strength**, by leave-one-out like the true labels (by 100 training cases at most,
where those take 500), among the strengths that were tried for these. With the strength of the true labels chance would
pass the band too often, because labels that by chance go with the features ask for less shrinkage than others and
profit from it.

**Or the constant guess**, the class that is most frequent in training, where that is right more often. A probe of
permuted labels comes to it when it may shrink as much as it likes, and the strengths that suit true labels may all be
too small for that. The better of both is conservative.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from angiogram.probe.algebra import Matrix
from angiogram.probe.gram import Gram
from angiogram.probe.held_out import HeldOut
from angiogram.probe.ridge import RidgeProbe
from angiogram.probe.units import Units

_COLUMNS = 4096
"""Permutations are taken in chunks of about this many (permutation, class) columns, to bound memory."""

_JUDGES = 100
"""Training cases that are held out one by one, at most, to choose the strength of permuted labels."""


def permuted_correct(
    probe: RidgeProbe,
    test_features: NDArray[np.generic],
    train_labels: NDArray[np.int64],
    test_labels: NDArray[np.int64],
    classes: int,
    unit: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Number of test cases that are right under each permutation, `[2, P]`: by a probe of these labels, and guessed.

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
    gram = probe.smoother_.gram
    on, training, units = gram.algebra, _Labels(gram, train_labels[:, first], size, classes), Units(gram, unit)
    cases = probe.standardised(test_features)
    strength = _own_strength(probe, training, units)  # [P]
    correct = np.zeros((2, P), dtype=np.int64)
    correct[1] = (training.share.argmax(axis=1)[:, None] == test_labels).sum(axis=1)
    for number in np.unique(strength):
        weight = probe.tried_[number].weights_of_cases(cases, units).T  # [U, M]
        for some in training.chunks(np.flatnonzero(strength == number)):
            scores = training.fitted(some, weight)  # [p, K, M]
            scores += on.matrix(training.share[some, :, None], np.float32)
            correct[0, some] = (on.largest(scores) == test_labels[some]).sum(axis=1)
    return correct


class _Labels:
    """Permuted labels of the units of a training side.

    Args:
        gram: the training side.
        labels: `[P, U]`.
        size: cases of each unit, `[U]`.
        classes: K.
    """

    def __init__(self, gram: Gram, labels: NDArray[np.int64], size: NDArray[np.int64], classes: int) -> None:
        self._on, self._labels, self._classes = gram.algebra, labels, classes
        self._step = max(1, _COLUMNS // classes)
        counted = [np.bincount(row, weights=size, minlength=classes) for row in labels]
        self.share = (np.stack(counted) / size.sum()).astype(np.float32)
        """Of each class among the cases, `[P, K]`."""

    def chunks(self, numbers: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """Numbers of permutations, a few at a time."""
        for start in range(0, len(numbers), self._step):
            yield numbers[start : start + self._step]

    def fitted(self, some: NDArray[np.int64], weight: Matrix) -> Matrix:
        """Weights `[U, M]` times the one-hot labels of some permutations, `[p, K, M]`.

        In float32, which is safe: nothing is inverted any more.
        """
        return self._on.of_labels(self._labels[some], self._classes, weight)


def _own_strength(probe: RidgeProbe, training: _Labels, units: Units) -> NDArray[np.int64]:
    """Which of the strengths tried has the least leave-one-out error under each permutation, `[P]`."""
    P = len(training.share)
    if len(probe.tried_) == 1:
        return np.zeros(P, dtype=np.int64)
    on, held = probe.smoother_.gram.algebra, HeldOut.of(np.arange(len(units.number)), _JUDGES)
    error = np.zeros((len(probe.tried_), P))
    for number, smoother in enumerate(probe.tried_):
        of_targets, of_means = smoother.weights_in_misses(held, units)
        weight = on.matrix(of_targets.T, np.float32)  # [U, J]
        for some in training.chunks(np.arange(P)):
            miss = training.fitted(some, weight)  # [p, K, J]
            miss -= on.matrix(training.share[some, :, None] * of_means.astype(np.float32), np.float32)
            error[number, some] = on.numpy(on.xp.einsum("pkj,pkj->p", miss, miss))
    return error.argmin(axis=0)
