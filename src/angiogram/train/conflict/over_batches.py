"""Intervals of whatever is made of means over batches, by the bootstrap of the batches."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.statistics.bootstrap import Estimate, resample_groups
from angiogram.statistics.interval import Interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OverBatches:
    """Means over n batches, and over as many drawn from them with replacement, again and again.

    Attributes:
        shares: of each batch in each mean, `[1 + B, n]`; the first row is of the batches as they are.
    """

    shares: Floats

    @classmethod
    def of(cls, n: int, seed: int) -> Self:
        """Draw the resamples.

        The bootstrap's pseudo-cases stay away: they are for quantities that may not vary at all among the cases seen,
        and nothing here has two extremes that they could stand for.

        Raises:
            InputError: there are fewer than two batches.

        >>> OverBatches.of(4, seed=0).shares[0].tolist()
        [0.25, 0.25, 0.25, 0.25]
        """
        if n < 2:
            raise InputError(f"Intervals over batches need two batches or more, not {n}.")
        counts = resample_groups(np.arange(n), seed).counts[:, :n]
        drawn = np.vstack([np.ones(n), counts[counts.any(axis=1)]])
        return cls(drawn / drawn.sum(axis=1, keepdims=True))

    def means(self, values: Floats) -> Floats:
        """Of what each batch has, `[n, ...]` -> `[1 + B, ...]`."""
        return np.tensordot(self.shares, values, axes=1)

    def interval(self, samples: Floats, least: float, most: float) -> Interval:
        """Of one number that was made of the means, `[1 + B]`, and that lies between `least` and `most`."""
        return Estimate(float(samples[0]), samples[1:], self.shares.shape[1], least, most).interval()
