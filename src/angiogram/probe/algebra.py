"""Where the large matrices of a probe are: NumPy arrays, or torch tensors on a device. One code works with both.

Both kinds are multiplied with `@`, sliced, indexed with rows and turned with `.T`, and their libraries name most
functions alike (`xp`). What differs stands here: how arrays come and go, number types, and what LAPACK does. What is
small or leaves a probe is NumPy's: scores, misses, weights, strengths.

A diagnosis computes where its model does (`computing_in`). With 5,000 cases of 4,096 features nearly all of a probe's
work is Cholesky factors and triangular solves, which a GPU does in a small part of a processor's time.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, get_blas_funcs, get_lapack_funcs
from scipy.sparse import csc_array, csr_array

Matrix = Any
"""A NumPy array, or a torch tensor on a device."""


class Algebra(Protocol):
    """What the two libraries do under different names.

    Attributes:
        xp: the library's module.
    """

    @property
    def xp(self) -> Any:
        """The library's module."""
        ...

    def matrix(self, array: NDArray[np.generic], dtype: Any) -> Matrix:
        """A copy of an array of numbers, there and of this type."""
        ...

    def numpy(self, matrix: Matrix) -> NDArray[Any]:
        """What `matrix` takes, of the same type."""
        ...

    def cast(self, matrix: Matrix, dtype: Any) -> Matrix:
        """Of another number type (NumPy's name for it)."""
        ...

    def dtype(self, matrix: Matrix) -> np.dtype[Any]:
        """Its number type, by NumPy's name."""
        ...

    def cholesky(self, matrix: Matrix, strength: float) -> tuple[Matrix, int]:
        """(the lower factor of a symmetric matrix with `strength` on its diagonal, the row where that fails or 0).

        The upper triangle of the factor holds anything.
        """
        ...

    def solve(self, root: Matrix, right: Matrix, transposed: bool) -> Matrix:
        """`L^-1 right`, or `L^-T right`, of a lower factor."""
        ...

    def inverse(self, root: Matrix) -> Matrix:
        """`L^-1` of a lower factor."""
        ...

    def summed(self, member: csc_array, rows: Matrix) -> Matrix:
        """Rows `[n, X]` added up by unit, `[U, X]`; `member` `[U, n]` marks which belong together."""
        ...

    def of_labels(self, labels: NDArray[np.int64], classes: int, weight: Matrix) -> Matrix:
        """Weights `[U, M]` added up by label: of labels `[p, U]`, `[p, K, M]` in float32."""
        ...

    def largest(self, scores: Matrix) -> NDArray[np.int64]:
        """The place of the largest along the middle axis, `[p, K, M]` -> `[p, M]`."""
        ...


class _NumPy:
    xp = np

    def matrix(self, array: NDArray[np.generic], dtype: Any) -> NDArray[Any]:
        return array.astype(dtype)

    def numpy(self, matrix: NDArray[Any]) -> NDArray[Any]:
        return matrix

    def cast(self, matrix: NDArray[Any], dtype: Any) -> NDArray[Any]:
        return matrix.astype(dtype, copy=False)

    def dtype(self, matrix: NDArray[Any]) -> np.dtype[Any]:
        return matrix.dtype

    def cholesky(self, matrix: NDArray[Any], strength: float) -> tuple[NDArray[Any], int]:
        shifted = np.array(matrix.T, order="F")  # symmetric: the transpose is the matrix, in LAPACK's order
        shifted[np.diag_indices_from(shifted)] += strength
        (factor,) = get_lapack_funcs(("potrf",), (shifted,))
        root, failed = factor(shifted, lower=1, clean=0, overwrite_a=1)
        return root, int(failed)

    def solve(self, root: NDArray[Any], right: NDArray[Any], transposed: bool) -> NDArray[Any]:
        (solve,) = get_blas_funcs(("trsm",), (root,))
        return solve(1.0, root, right, lower=1, trans_a=int(transposed))

    def inverse(self, root: NDArray[Any]) -> NDArray[Any]:
        (invert,) = get_lapack_funcs(("trtri",), (root,))
        inverse, failed = invert(root, lower=1)
        if failed:
            raise LinAlgError(f"The factor of a Gram matrix is singular in row {failed}.")
        return np.tril(inverse)

    def summed(self, member: csc_array, rows: NDArray[Any]) -> NDArray[Any]:
        return member @ rows

    def of_labels(self, labels: NDArray[np.int64], classes: int, weight: NDArray[Any]) -> NDArray[np.float32]:
        p, U = labels.shape
        order = labels.argsort(axis=1, kind="stable")
        sizes = np.bincount((labels + classes * np.arange(p)[:, None]).reshape(-1), minlength=p * classes)
        ends = np.append(0, sizes.cumsum())
        onehot = csr_array((np.ones(p * U, np.float32), order.reshape(-1), ends), shape=(p * classes, U))
        low = np.ascontiguousarray(weight, dtype=np.float32)
        return np.asarray(onehot @ low).reshape(p, classes, -1)

    def largest(self, scores: NDArray[Any]) -> NDArray[np.int64]:
        best = scores[:, 0].copy()  # NumPy's own is slow across an axis
        place = np.zeros(best.shape, dtype=np.int64)
        for number in range(1, scores.shape[1]):
            larger = scores[:, number] > best
            place[larger] = number
            np.maximum(best, scores[:, number], out=best)
        return place


class _Torch:
    def __init__(self, device: str) -> None:
        import torch  # a command that reads no model need not wait for it

        self.xp, self._device = torch, torch.device(device)

    def matrix(self, array: NDArray[np.generic], dtype: Any) -> Matrix:
        return self.xp.tensor(np.ascontiguousarray(array), dtype=self._type(dtype), device=self._device)

    def numpy(self, matrix: Matrix) -> NDArray[Any]:
        return matrix.cpu().numpy()

    def cast(self, matrix: Matrix, dtype: Any) -> Matrix:
        return matrix.to(self._type(dtype))

    def dtype(self, matrix: Matrix) -> np.dtype[Any]:
        return np.dtype(str(matrix.dtype).removeprefix("torch."))

    def cholesky(self, matrix: Matrix, strength: float) -> tuple[Matrix, int]:
        shifted = matrix.clone()
        shifted.diagonal().add_(strength)
        root, failed = self.xp.linalg.cholesky_ex(shifted)
        return root, int(failed)

    def solve(self, root: Matrix, right: Matrix, transposed: bool) -> Matrix:
        return self.xp.linalg.solve_triangular(root.T if transposed else root, right, upper=transposed)

    def inverse(self, root: Matrix) -> Matrix:
        return self.solve(root, self.xp.eye(len(root), dtype=root.dtype, device=root.device), False)

    def summed(self, member: csc_array, rows: Matrix) -> Matrix:
        unit = self.xp.from_numpy(member.indices.astype(np.int64)).to(rows.device)  # of each case
        return rows.new_zeros((int(unit.max()) + 1, rows.shape[1])).index_add_(0, unit, rows)

    def of_labels(self, labels: NDArray[np.int64], classes: int, weight: Matrix) -> Matrix:
        at = self.xp.from_numpy(labels).to(weight.device)
        onehot = self.xp.nn.functional.one_hot(at, classes).swapaxes(1, 2)  # [p, K, U]
        return (onehot.float().reshape(-1, labels.shape[1]) @ weight.float()).reshape(len(labels), classes, -1)

    def largest(self, scores: Matrix) -> NDArray[np.int64]:
        return scores.argmax(dim=1).cpu().numpy()

    def _type(self, dtype: Any) -> Any:
        return getattr(self.xp, np.dtype(dtype).name)


NUMPY: Algebra = _NumPy()
_here: ContextVar[Algebra] = ContextVar("algebra", default=NUMPY)


def present_algebra() -> Algebra:
    """That in which probes are fitted now."""
    return _here.get()


@contextmanager
def computing_in(algebra: Algebra) -> Generator[None]:
    """Fit probes in another algebra.

    >>> with computing_in(algebra_of("cpu")):
    ...     present_algebra() is NUMPY
    True
    """
    before = _here.set(algebra)
    try:
        yield
    finally:
        _here.reset(before)


def algebra_of(device: str) -> Algebra:
    """Torch on a CUDA device, NumPy elsewhere."""
    return torch_algebra(device) if device.startswith("cuda") else NUMPY


@cache
def torch_algebra(device: str) -> Algebra:
    """Torch on any device, by torch's name of it."""
    return _Torch(device)
