"""Ridge at one strength as a linear smoother: one Cholesky factor gives fits, and exact fits without a group of cases.

With L the factor of `Z'Z + strength I` (primal) or `ZZ' + strength I` (dual), Yc the centred targets and

    primal: half(Z_new) = L^-1 Z_new',      known = L^-1 Z'
    dual:   half(Z_new) = L^-1 Z Z_new',    known = L^-1

new cases are fitted with `half(Z_new)' known Yc`. Training cases g from a fit without them (N cases, an intercept that
is not penalised; the scale of the features is held fixed) miss their targets by `kept_g^-1 miss_g` (see `held_out`),
where

    primal: miss = Yc - known' known Yc,            kept_g = I - 1/N - known_g' known_g
    dual:   miss = strength known' known Yc,        kept_g = strength known_g' known_g - 1/N

**Precision.** Factors of float32 matrices are float32 while `float32's epsilon x trace / strength`, which bounds the
relative error of a fit, is small; else everything is done in float64.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, get_blas_funcs, get_lapack_funcs

from angiogram.probe.gram import Gram
from angiogram.probe.held_out import HeldOut
from angiogram.probe.units import Units

_TOLERANCE = 0.1
"""Largest `epsilon x trace / strength` in float32. The bound is far from reached: see tests/probe/test_smoother.py."""

Floats = NDArray[np.floating]


class Targets:
    """What is regressed on the features of one training side at any strength.

    Attributes:
        centred: Yc, targets `[n, K]` with their means taken out.
    """

    def __init__(self, gram: Gram, targets: Floats) -> None:
        self.centred = targets - targets.mean(axis=0)
        self._gram, self._projected = gram, dict[np.dtype[Any], Floats]()

    def projected(self, dtype: np.dtype[Any]) -> Floats:
        """`Z'Yc` (primal) or `Yc` (dual), `[r, K]`."""
        if dtype not in self._projected:
            low = self.centred.astype(dtype, copy=False)
            cases = self._gram.cases.astype(dtype, copy=False)
            self._projected[dtype] = low if self._gram.dual else cases.T @ low
        return self._projected[dtype]


class Smoother:
    """The factor of one training side at one strength.

    Args:
        gram: the training side, n cases.
        strength: added to the diagonal.
    """

    def __init__(self, gram: Gram, strength: float) -> None:
        self.gram, self.strength = gram, strength
        self.root = _root(gram, strength)  # L, lower, [r, r]; the upper triangle holds anything
        self._known_of = dict[bytes, Floats]()  # the cases held out are the same whatever labels are read

    def half(self, cases: Floats) -> Floats:
        """`L^-1 Z_new'` or `L^-1 Z Z_new'` of standardised cases `[M, D]`, `[r, M]`."""
        cases = cases.astype(self.root.dtype, copy=False)
        return self._solve(self._training @ cases.T if self.gram.dual else cases.T)

    @cached_property
    def known(self) -> Floats:
        """The half of every training case, `[r, n]`."""
        return self._inverse() if self.gram.dual else self._solve(self._training.T)

    def known_of(self, rows: NDArray[np.int64]) -> Floats:
        """The half of the training cases named, `[r, J]`."""
        key = rows.tobytes()
        if key not in self._known_of:
            self._known_of[key] = self._half_of(rows)
        return self._known_of[key]

    def _half_of(self, rows: NDArray[np.int64]) -> Floats:
        if not self.gram.dual:
            return self._solve(self._training[rows].T)
        if 3 * len(rows) > len(self.root):  # the whole inverse is cheaper
            return self.known[:, rows]
        columns = np.zeros((len(self.root), len(rows)), dtype=self.root.dtype, order="F")
        columns[rows, np.arange(len(rows))] = 1.0
        return self._solve(columns)

    def _merged(self, units: Units) -> Floats:
        """The halves of training cases added up by unit, `[r, U]`."""
        if "known" in self.__dict__:  # at hand, for few cases
            return units.summed(self.known.T).T
        return self._solve(units.members if self.gram.dual else units.cases.T)

    def weights_of_cases(self, cases: Floats, units: Units) -> Floats:
        """What targets that are constant within units weigh in the fits of standardised cases `[M, D]`: `[M, U]`.

        A fit is `weights @ targets + means`.
        """
        return self.half(cases).T @ self._merged(units)

    def weights_in_misses(self, held: HeldOut, units: Units) -> tuple[Floats, Floats]:
        """What targets that are constant within units weigh in the misses of `leave_out`.

        Returns:
            (weights of the targets `[J, U]`, of their means `[J]`): `misses = first @ targets - second * means`.
        """
        known = self.known_of(held.rows)
        turned = self._solve(known, transposed=True).T  # [J, r]
        if self.gram.dual:
            weights = self.strength * units.summed(turned.T).T
        else:
            weights = -turned @ units.cases.astype(turned.dtype, copy=False).T
            weights[np.arange(len(held.rows)), units.number[held.rows]] += 1.0
        both = np.concatenate([weights, np.ones_like(weights[:, :1])], axis=1)
        both = held.without(both, self._kept(known))
        return both[:, :-1], both[:, -1]

    def leave_out(self, targets: Targets, held: HeldOut) -> Floats:
        """By how much fits without the case's group miss the targets of the cases held out, `[J, K]`."""
        known = self.known[:, held.rows] if len(held.rows) == len(self.gram.cases) else self.known_of(held.rows)
        miss = known.T @ self._fitted(targets)
        if self.gram.dual:
            miss *= self.strength
        else:
            miss = np.subtract(targets.centred[held.rows], miss, out=miss, casting="same_kind")
        return held.without(miss, self._kept(known))

    def _kept(self, known: Floats) -> Callable[[slice, int], Floats]:
        """`kept_g` of the groups of one size in a part of the cases whose halves these are, `[r, J]`."""
        n = len(self.gram.cases)

        def kept(part: slice, size: int) -> Floats:
            own = known[:, part].T.reshape(-1, size, len(known))  # [groups, size, r]
            products = own @ own.transpose(0, 2, 1)
            return self.strength * products - 1 / n if self.gram.dual else np.eye(size) - 1 / n - products

        return kept

    def weights(self, targets: Targets) -> NDArray[np.float64]:
        """Weights on standardised features, `[D, K]`."""
        turned = self._solve(self._fitted(targets), transposed=True)
        return (self._training.T @ turned if self.gram.dual else turned).astype(np.float64)

    def _fitted(self, targets: Targets) -> Floats:
        """`known Yc`, what a half is multiplied with, `[r, K]`."""
        return self._solve(targets.projected(self.root.dtype))

    @property
    def _training(self) -> Floats:
        return self.gram.cases.astype(self.root.dtype, copy=False)

    def _inverse(self) -> Floats:
        (invert,) = _lapack("trtri", self.root)
        inverse, failed = invert(self.root, lower=1)
        if failed:
            raise LinAlgError(f"The factor of a Gram matrix is singular in row {failed}.")
        return np.tril(inverse)

    def _solve(self, right: Floats, transposed: bool = False) -> Floats:
        """`L^-1 right`, or `L^-T right`."""
        (solve,) = _blas("trsm", self.root)
        return solve(1.0, self.root, right.astype(self.root.dtype, copy=False), lower=1, trans_a=int(transposed))


def _root(gram: Gram, strength: float) -> Floats:
    low = np.finfo(np.float32).eps * gram.trace <= _TOLERANCE * strength
    for matrix in (gram.matrix,) if low and gram.matrix.dtype == np.float32 else ():
        root, failed = _cholesky(matrix, strength)
        if not failed:
            return root
    root, failed = _cholesky(gram.exact, strength)
    if failed:
        raise LinAlgError(f"The Gram matrix is not positive at strength {strength:g} (row {failed}).")
    return root


def _cholesky(matrix: Floats, strength: float) -> tuple[Floats, int]:
    shifted = np.array(matrix.T, order="F")  # symmetric: the transpose is the matrix, in LAPACK's order
    shifted[np.diag_indices_from(shifted)] += strength
    (factor,) = _lapack("potrf", shifted)
    root, failed = factor(shifted, lower=1, clean=0, overwrite_a=1)
    return root, int(failed)


def _lapack(name: str, like: Floats) -> Any:
    return get_lapack_funcs((name,), (like,))


def _blas(name: str, like: Floats) -> Any:
    return get_blas_funcs((name,), (like,))
