"""Training cases that always have the same label: patients, where labels are permuted by patient."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from angiogram.probe.algebra import Matrix
from angiogram.probe.gram import Gram


class Units:
    """Which training cases go together.

    Args:
        gram: the training side, n cases.
        number: of the unit of each case, from 0 to U - 1, `[n]`.
    """

    def __init__(self, gram: Gram, number: NDArray[np.int64]) -> None:
        n = len(number)
        self.number = number
        self._gram = gram
        self._member = csc_array((np.ones(n, np.float32), number, np.arange(n + 1)), shape=(int(number.max()) + 1, n))

    def summed(self, rows: Matrix) -> Matrix:
        """Rows of the cases `[n, X]` added up by unit, `[U, X]`.

        >>> from angiogram.probe.gram import gram_of
        >>> rows = np.array([[1.0], [10.0], [100.0]])
        >>> Units(gram_of(rows), np.array([1, 0, 1])).summed(rows).tolist()
        [[10.0], [101.0]]
        """
        return self._gram.algebra.summed(self._member, rows)

    @cached_property
    def cases(self) -> Matrix:
        """The standardised cases, added up by unit, `[U, D]`."""
        return self.summed(self._gram.cases)

    @property
    def members(self) -> NDArray[np.float32]:
        """1 where a case belongs to a unit, `[n, U]`."""
        return self._member.toarray().T
