"""Standardised training cases and their Gram matrix, for one training side or for all folds of a cross-validation.

The Gram matrix is that of the features, `Z'Z` (primal, D <= n), or that of the cases, `ZZ'` (dual, n < D).

**Folds share it.** The training sides of a cross-validation overlap, so their primal Gram matrices are that of all
cases (the sum over the folds of what each leaves out) minus that of the cases left out, each with the mean and the
scale of its own training side:

    Z_f'Z_f = (G - G_out - n_f d d') / (t t')

with d and t the mean and the standard deviation of the training side, seen from all cases [own]. Nothing of a fold's
test cases remains: the difference is the training side's own matrix, up to rounding.

**Precision.** Matrices of more than 200 rows are float32, smaller ones float64. Whoever inverts them asks for `exact`
where rounding would show (see `smoother`). A fold in which a feature varies much less than elsewhere is not taken as a
difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.probe.algebra import Algebra, Matrix, present_algebra
from angiogram.probe.principal import is_constant, standardised

_SMALL = 200
_WIDEST = 1.1
"""Features a training case up to which one matrix for all folds is cheaper than a smaller one for each."""

_LEAST_SHARE = 0.1
"""The variance that a feature keeps at least in a fold whose Gram matrix is taken as a difference."""


@dataclass(frozen=True)
class Gram:
    """A training side.

    Attributes:
        mean: of each feature, `[D]`.
        scale: standard deviation of each feature, infinite where it is constant, `[D]`.
        cases: Z, standardised, `[n, D]`.
        matrix: `Z'Z` `[D, D]`, or `ZZ'` `[n, n]` where `dual`.
        dual: which of the two.
        algebra: where cases and matrix are.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    cases: Matrix
    matrix: Matrix
    dual: bool
    algebra: Algebra

    @cached_property
    def trace(self) -> float:
        """Sum of the eigenvalues."""
        return float(self.algebra.cast(self.matrix.diagonal(), np.float64).sum())

    @cached_property
    def factors(self) -> dict[float, Any]:
        """Smoothers made of it, by strength (see `strength`)."""
        return {}

    @property
    def unit(self) -> float:
        """Mean eigenvalue, the unit of relative strengths; 0 where every feature is constant."""
        return self.trace / min(len(self.cases) - 1, self.cases.shape[1])

    @cached_property
    def exact(self) -> Matrix:
        """The matrix in float64."""
        if self.algebra.dtype(self.matrix) == np.float64:
            return self.matrix
        return _product(self.algebra.cast(self.cases, np.float64), self.dual)


def gram_of(features: NDArray[np.generic], dual: bool | None = None) -> Gram:
    """The Gram matrix of training features `[n, D]`; `dual` forces one of the two (default: the smaller).

    Raises:
        InputError: fewer than two cases, no feature, or values that are not finite.

    >>> gram_of(np.array([[0.0, 5.0], [2.0, 5.0], [4.0, 5.0]])).matrix.round(6).tolist()  # the second is constant
    [[3.0, 0.0], [0.0, 0.0]]
    """
    algebra = present_algebra()
    z, mean, scale = standardised(features, algebra)
    by_case = len(z) < z.shape[1] if dual is None else dual
    cases = z if min(z.shape) <= _SMALL else algebra.cast(z, np.float32)
    return Gram(mean, scale, cases, _product(cases, by_case), by_case, algebra)


def grams_of_folds(features: NDArray[np.generic], training: Sequence[NDArray[np.int64]]) -> Iterator[Gram]:
    """The Gram matrix of each training side of the same features `[N, D]`, one after the other."""
    N, D = features.shape
    fold = _fold_that_leaves_out(N, training)
    if fold is None or _WIDEST * min(map(len, training)) < D or D <= _SMALL:
        for rows in training:
            yield gram_of(features[rows])
        return
    on = present_algebra()
    z, offset, spread = standardised(features, on)  # of all cases: takes the numbers to about 1, and is undone below
    varies = np.isfinite(spread)
    low = on.cast(z, np.float32)
    sums, squares, blocks = [], [], []  # of the cases that each fold leaves out
    for number in range(len(training)):
        out = np.flatnonzero(fold == number)
        others = z[out]
        sums.append(on.numpy(others.sum(axis=0)))
        squares.append(on.numpy(on.xp.einsum("nd,nd->d", others, others)))
        blocks.append(low[out].T @ low[out])
    del z
    whole = sum(blocks[1:], blocks[0])
    for number, rows in enumerate(training):
        mean = (np.sum(sums, axis=0) - sums[number]) / len(rows)
        variance = (np.sum(squares, axis=0) - squares[number]) / len(rows) - mean**2
        own_mean = offset + np.where(varies, spread, 0.0) * mean
        scale = np.sqrt(np.where(varies, np.maximum(variance, 0.0), 1.0))
        if (varies & ((variance < _LEAST_SHARE) | is_constant(spread * scale, own_mean))).any():
            yield gram_of(features[rows])
            continue
        middle, shrink = on.matrix(mean, np.float32), on.matrix(1.0 / scale, np.float32)
        matrix = whole - blocks[number]
        matrix -= on.xp.outer(on.matrix(len(rows) * mean, np.float32), middle)
        matrix *= shrink[:, None]
        matrix *= shrink
        cases = low[rows]
        cases -= middle
        cases *= shrink
        yield Gram(own_mean, spread * scale, cases, matrix, False, on)


def _fold_that_leaves_out(count: int, training: Sequence[NDArray[np.int64]]) -> NDArray[np.int64] | None:
    """The one fold that does not train on each case, `[N]`; None where that is not one fold a case."""
    out = np.ones((len(training), count), dtype=bool)
    for number, rows in enumerate(training):
        out[number, rows] = False
    return out.argmax(axis=0) if len(training) > 1 and (out.sum(axis=0) == 1).all() else None


def _product(cases: Matrix, dual: bool) -> Matrix:
    return cases @ cases.T if dual else cases.T @ cases
