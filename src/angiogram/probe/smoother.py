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
from scipy.linalg import LinAlgError

from angiogram.probe.algebra import Matrix
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
        self._gram, self._projected = gram, dict[np.dtype[Any], Matrix]()

    def projected(self, dtype: np.dtype[Any]) -> Matrix:
        """`Z'Yc` (primal) or `Yc` (dual), `[r, K]`."""
        if dtype not in self._projected:
            low = self._gram.algebra.matrix(self.centred, dtype)
            cases = self._gram.algebra.cast(self._gram.cases, dtype)
            self._projected[dtype] = low if self._gram.dual else cases.T @ low
        return self._projected[dtype]


class Smoother:
    """The factor of one training side at one strength.

    Args:
        gram: the training side, n cases.
        strength: added to the diagonal.
    """

    def __init__(self, gram: Gram, strength: float) -> None:
        self.gram, self.strength, self._on = gram, strength, gram.algebra
        self.root = _root(gram, strength)  # L, lower, [r, r]; the upper triangle holds anything
        self.dtype = self._on.dtype(self.root)
        self._known_of = dict[bytes, Matrix]()  # the cases held out are the same whatever labels are read

    def half(self, cases: NDArray[np.floating]) -> Matrix:
        """`L^-1 Z_new'` or `L^-1 Z Z_new'` of standardised cases `[M, D]`, `[r, M]`."""
        new = self._on.matrix(cases, self.dtype)
        return self._solve(self._training @ new.T if self.gram.dual else new.T)

    @cached_property
    def known(self) -> Matrix:
        """The half of every training case, `[r, n]`."""
        return self._on.inverse(self.root) if self.gram.dual else self._solve(self._training.T)

    def known_of(self, rows: NDArray[np.int64]) -> Matrix:
        """The half of the training cases named, `[r, J]`."""
        key = rows.tobytes()
        if key not in self._known_of:
            self._known_of[key] = self._half_of(rows)
        return self._known_of[key]

    def _half_of(self, rows: NDArray[np.int64]) -> Matrix:
        if not self.gram.dual:
            return self._solve(self._training[rows].T)
        if 3 * len(rows) > len(self.root):  # the whole inverse is cheaper
            return self.known[:, rows]
        columns = np.zeros((len(self.root), len(rows)), dtype=self.dtype, order="F")
        columns[rows, np.arange(len(rows))] = 1.0
        return self._solve(self._on.matrix(columns, self.dtype))

    def _merged(self, units: Units) -> Matrix:
        """The halves of training cases added up by unit, `[r, U]`."""
        if "known" in self.__dict__:  # at hand, for few cases
            return units.summed(self.known.T).T
        return self._solve(self._on.matrix(units.members, self.dtype) if self.gram.dual else units.cases.T)

    def weights_of_cases(self, cases: NDArray[np.floating], units: Units) -> Matrix:
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
            weights = self._on.numpy(self.strength * units.summed(turned.T).T)
        else:
            weights = self._on.numpy(-turned @ self._on.cast(units.cases, self.dtype).T)
            weights[np.arange(len(held.rows)), units.number[held.rows]] += 1.0
        both = np.concatenate([weights, np.ones_like(weights[:, :1])], axis=1)
        both = held.without(both, self._kept(known))
        return both[:, :-1], both[:, -1]

    def leave_out(self, targets: Targets, held: HeldOut) -> Floats:
        """By how much fits without the case's group miss the targets of the cases held out, `[J, K]`."""
        known = self.known[:, held.rows] if len(held.rows) == len(self.gram.cases) else self.known_of(held.rows)
        miss = self._on.numpy(known.T @ self._fitted(targets))
        if self.gram.dual:
            miss *= self.strength
        else:
            miss = np.subtract(targets.centred[held.rows], miss, out=miss, casting="same_kind")
        return held.without(miss, self._kept(known))

    def _kept(self, known: Matrix) -> Callable[[slice, int], Floats]:
        """`kept_g` of the groups of one size in a part of the cases whose halves these are, `[r, J]`."""
        n = len(self.gram.cases)

        def kept(part: slice, size: int) -> Floats:
            own = known[:, part].T.reshape(-1, size, len(known))  # [groups, size, r]
            products = self._on.numpy(own @ own.swapaxes(1, 2))
            return self.strength * products - 1 / n if self.gram.dual else np.eye(size) - 1 / n - products

        return kept

    def weights(self, targets: Targets) -> NDArray[np.float64]:
        """Weights on standardised features, `[D, K]`."""
        turned = self._solve(self._fitted(targets), transposed=True)
        return self._on.numpy(self._training.T @ turned if self.gram.dual else turned).astype(np.float64)

    def _fitted(self, targets: Targets) -> Matrix:
        """`known Yc`, what a half is multiplied with, `[r, K]`."""
        return self._solve(targets.projected(self.dtype))

    @property
    def _training(self) -> Matrix:
        return self._on.cast(self.gram.cases, self.dtype)

    def _solve(self, right: Matrix, transposed: bool = False) -> Matrix:
        """`L^-1 right`, or `L^-T right`."""
        return self._on.solve(self.root, self._on.cast(right, self.dtype), transposed)


def _root(gram: Gram, strength: float) -> Matrix:
    on = gram.algebra
    low = np.finfo(np.float32).eps * gram.trace <= _TOLERANCE * strength
    if low and on.dtype(gram.matrix) == np.float32:
        root, failed = on.cholesky(gram.matrix, strength)
        if not failed:
            return root
    root, failed = on.cholesky(gram.exact, strength)
    if failed:
        raise LinAlgError(f"The Gram matrix is not positive at strength {strength:g} (row {failed}).")
    return root
