"""Training cases that are held out group by group, and exact fits without the group from one factor of all.

A ridge fit is a linear smoother, `yhat = H y`, so that cases g miss their targets, from a fit without any of them, by

    (I - H_gg)^-1 (y_g - yhat_g)

with the scale of the features held fixed: the block form of leave-one-out (see Hastie et al. 2009, The Elements of
Statistical Learning, section 7.10, for one case).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class HeldOut:
    """Some training cases, in whole groups.

    Attributes:
        rows: of the cases, group after group, small groups first, `[J]`.
        sizes: of the groups, ascending; they add up to J.
    """

    rows: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, group: NDArray[np.int64], most: int | None = None) -> "HeldOut":
        """All cases, or a random choice of groups that holds `most` of them.

        Args:
            group: of each training case, `[n]`. Where all are of one, each case is held out alone.
            most: where there are more cases, groups are taken until they hold as many.

        >>> HeldOut.of(np.array([7, 3, 7, 5]))
        HeldOut(rows=array([1, 3, 0, 2]), sizes=array([1, 1, 2]))
        """
        _, unit, count = np.unique(group, return_inverse=True, return_counts=True)
        unit = unit.reshape(-1)
        if len(count) == 1:
            unit, count = np.arange(len(group)), np.ones(len(group), dtype=np.int64)
        taken = np.arange(len(count))
        if most is not None and most < len(group):
            drawn = np.random.default_rng(0).permutation(len(count))
            taken = np.sort(drawn[: int(np.searchsorted(count[drawn].cumsum(), most)) + 1])
        taken = taken[np.argsort(count[taken], kind="stable")]
        place = np.full(len(count), len(count))
        place[taken] = np.arange(len(taken))
        order = np.argsort(place[unit], kind="stable")  # those left out come last
        return cls(order[: int(count[taken].sum())], count[taken])

    def without(self, misses: Floats, kept: Callable[[slice, int], Floats]) -> Floats:
        """Misses `[J, X]` of fits to all cases, as they are from fits without the case's group.

        Args:
            misses: in the order of `rows`.
            kept: `(part, s) -> I - H_gg` for the groups of size s in a part of `rows`, `[groups, s, s]`.
        """
        found = np.empty_like(misses)
        for part, size in self._parts():
            share, own = kept(part, size), misses[part].reshape(-1, size, misses.shape[1])
            solved = own / share if size == 1 else np.linalg.solve(share, own)  # the same for one, and cheaper
            found[part] = solved.reshape(-1, misses.shape[1])
        return found

    def _parts(self) -> Iterator[tuple[slice, int]]:
        """The places in `rows` of the groups of one size, and the size."""
        start = 0
        for size, count in zip(*np.unique(self.sizes, return_counts=True), strict=True):
            yield slice(start, start + int(size * count)), int(size)
            start += int(size * count)
