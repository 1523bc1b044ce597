"""Standardised features, and the same turned onto their principal axes.

One eigendecomposition, of the feature Gram matrix `Z'Z` (primal, D <= N) or the case Gram matrix `ZZ'` (dual, N < D).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.probe.algebra import NUMPY, Algebra, Matrix

_CONSTANT = 1e-6
"""A feature whose spread is below this share of its mean is rounding noise of float32 and counts as constant."""


@dataclass(frozen=True)
class PrincipalAxes:
    """Training features, standardised and rotated.

    With Z the standardised features, `Z V = rotated` and `rotated' rotated = diag(eigenvalues)`. The rotation V,
    `[D, r]`, is kept as a product of factors, because the dual never needs it whole.

    Attributes:
        mean: of each feature over the training cases, `[D]`.
        scale: standard deviation of each feature over the training cases, infinite where it is constant, `[D]`.
        eigenvalues: of the Gram matrix, positive, `[r]` with r its numerical rank.
        rotated: the training cases, `[N, r]`; every column has mean zero.
        factors: V is their product.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    eigenvalues: NDArray[np.float64]
    rotated: NDArray[np.float64]
    factors: tuple[NDArray[np.float64], ...]

    def transform(self, features: NDArray[np.generic]) -> NDArray[np.float64]:
        """New cases `[M, D]` in the rotated axes, `[M, r]`."""
        turned = standardise(features, self.mean, self.scale)
        for factor in self.factors:
            turned = turned @ factor
        return turned

    def back(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weights on the rotated axes `[r, K]` as weights on standardised features, `[D, K]`."""
        for factor in reversed(self.factors):
            weights = factor @ weights
        return weights


def principal_axes(features: NDArray[np.generic], dual: bool | None = None) -> PrincipalAxes:
    """Standardise and rotate training features `[N, D]`; `dual` forces one of two equal ways (default: the smaller).

    Raises:
        InputError: fewer than two cases, no feature, or values that are not finite.

    >>> axes = principal_axes(np.array([[0.0, 5.0], [2.0, 5.0], [4.0, 5.0]]))
    >>> axes.eigenvalues.round(6).tolist()  # one of the two features is constant
    [3.0]
    """
    z, mean, scale = standardised(features)
    N, D = z.shape
    if N < D if dual is None else dual:
        values, vectors = _eigh(z @ z.T, max(N, D))  # [r], [N, r]
        root = np.sqrt(values)
        return PrincipalAxes(mean, scale, values, vectors * root, (z.T, vectors / root))
    values, vectors = _eigh(z.T @ z, max(N, D))  # [r], [D, r]
    return PrincipalAxes(mean, scale, values, z @ vectors, (vectors,))


def standardise(
    features: NDArray[np.generic], mean: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Features `[M, D]` with the training side's mean and scale taken out."""
    z = features.astype(np.float64)
    z -= mean
    z /= scale
    return z


def check_features(features: NDArray[np.generic]) -> None:
    """Refuse anything but a finite matrix of real numbers `[N, D]` with D >= 1.

    Raises:
        InputError: says which value is wrong and where.
    """
    if features.ndim != 2 or features.shape[1] == 0:
        raise InputError(f"Features must be a matrix [cases, features], not an array of shape {features.shape}.")
    if features.dtype.kind not in "fiub":
        raise InputError(f"Features must be real numbers, not {features.dtype}.")
    with np.errstate(all="ignore"):
        total = features.sum(dtype=np.float64)
    if np.isfinite(total):  # much faster than a look at each; a value that is not finite makes the sum so
        return
    finite = np.isfinite(features)
    if not finite.all():
        case, feature = np.argwhere(~finite)[0].tolist()
        wrong = int(finite.size - finite.sum())
        raise InputError(
            f"{wrong} of {finite.size} feature values are not finite numbers "
            f"(the first: case {case}, feature {feature}, value {features[case, feature]})."
        )


def standardised(
    features: NDArray[np.generic], algebra: Algebra = NUMPY
) -> tuple[Matrix, NDArray[np.float64], NDArray[np.float64]]:
    """Training cases standardised, `[N, D]`, with the mean and the standard deviation of each feature, `[D]`.

    The scale is infinite where a feature is constant, so that it counts nothing, whatever it is later.

    Args:
        features: `[N, D]`.
        algebra: where the standardised cases are.

    Raises:
        InputError: fewer than two cases, no feature, or values that are not finite.
    """
    check_features(features)
    N = len(features)
    if N < 2:
        raise InputError(f"A probe needs at least two training cases, not {N}.")
    with np.errstate(over="ignore", invalid="ignore"):
        z = algebra.matrix(features, np.float64)
        middle = z.mean(axis=0)
        z -= middle
        spread = np.sqrt(algebra.numpy(algebra.xp.einsum("nd,nd->d", z, z)) / N)
    if not np.isfinite(spread).all():
        raise InputError("Some features are too large to be standardised (their squares overflow 64-bit floats).")
    mean = algebra.numpy(middle)
    scale = np.where(is_constant(spread, mean), np.inf, spread)
    z /= algebra.matrix(scale, np.float64)
    return z, mean, scale


def is_constant(spread: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether features of these standard deviations and means `[D]` vary by no more than rounding does."""
    return spread <= _CONSTANT * np.abs(mean)


def _eigh(gram: NDArray[np.float64], size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvalues and eigenvectors of a Gram matrix, without the numerical null space."""
    values, vectors = np.linalg.eigh(gram)
    keep = values > max(float(values[-1]), 0.0) * size * np.finfo(np.float64).eps
    return values[keep], vectors[:, keep]
