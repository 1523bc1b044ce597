"""Accuracies whose differences and sums carry no rounding error.

A share such as 1/3 has no exact binary form, so differences of rounded shares need not add up. Every accuracy is
therefore rounded once to a multiple of 2^-40 (an error below 5e-13, far under one case). Such numbers and all their
sums and differences are exact in 64-bit floats: the losses between consecutive stages add up to first - last exactly,
in any order, here, in report.json and in whatever reads it.
"""

import numpy as np
from numpy.typing import NDArray

_GRID = 1 << 40


def exact_share(correct: int, cases: int) -> float:
    """`correct / cases` on the grid of 2^-40.

    >>> a, b, c = exact_share(2, 3), exact_share(1, 3), exact_share(1, 7)
    >>> (a - b) + (b - c) == a - c
    True
    """
    return round(correct * _GRID / cases) / _GRID


def exact_number(value: float) -> float:
    """Any number on the grid of 2^-40.

    >>> exact_number(0.82) == 0.82, abs(exact_number(0.82) - 0.82) < 1e-12
    (False, True)
    """
    return round(value * _GRID) / _GRID


def exact_accuracy(correct: NDArray[np.bool_]) -> float:
    """Share of correct cases `[n]` on the grid of 2^-40."""
    return exact_share(int(np.count_nonzero(correct)), len(correct))
