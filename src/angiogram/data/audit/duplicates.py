"""Which pictures of a set are one picture: exactly, value by value, or nearly.

Where any two pictures of a set are much alike, as photographs of the retina are, a correlation that elsewhere only
copies reach says nothing. So a near-duplicate must also come nine tenths of the way from what two pictures of this set
have in common to 1, a correction for chance as in Cohen's kappa [own]. Measured by `tests/data/audit/test_measured.py`:
any two of 516 photographs of the retina correlate by .83 in the median; 7,046 pairs do from .935 on, which are of one
grade hardly oftener than any pair (29 %, 26 %). Of CT crops and chest X-rays nothing changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiogram.data.audit.hamming import close_pairs
from angiogram.data.audit.likeness import Fine, fine_parts, likeness
from angiogram.data.audit.phash import perceptual_hashes

RADIUS = 30
"""Bits of 128 within which a pair is a candidate."""
ALIKE = 0.935
"""Correlation from which a candidate is a near-duplicate, at least."""
BEYOND = 0.9
"""Share of the way from what any two pictures of the set have in common to 1 that a near-duplicate comes, at least."""
_PAIRS, _ENOUGH = 4000, 100


@dataclass(frozen=True)
class Duplicates:
    """N pictures, grouped into M different ones, and which of those are nearly the same.

    Attributes:
        picture: which of the M pictures each case shows, `[N]`; cases of one number hold equal values.
        first, second: near-duplicates among the M pictures, first < second, `[P]`.
        correlation: of each such pair, `[P]`.
        alike: from which it counts in this set.
    """

    picture: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    correlation: NDArray[np.float32]
    alike: float = ALIKE

    @property
    def pictures(self) -> int:
        """M, the number of different pictures."""
        return int(self.picture.max()) + 1 if len(self.picture) else 0

    def from_correlation(self, least: float) -> "Duplicates":
        """The same without near-duplicates whose correlation is below `least`."""
        kept = self.correlation >= least
        return replace(self, first=self.first[kept], second=self.second[kept], correlation=self.correlation[kept])


def find_duplicates(hashes: Sequence[str], thumbnails: NDArray[np.float16]) -> Duplicates:
    """Find all duplicates.

    Args:
        hashes: of what each case holds at its own depth; equal ones are equal pictures.
        thumbnails: of each case, `[N, 32, 32]`.
    """
    if len(hashes) != len(thumbnails):
        raise ValueError(f"{len(hashes)} hashes for {len(thumbnails)} thumbnails.")
    _, place, picture = np.unique(np.array(hashes, dtype=str), return_index=True, return_inverse=True)
    fine = fine_parts(thumbnails[place])
    shown = np.flatnonzero(~fine.flat)  # nothing can be said of two flat pictures that differ
    least = _alike(fine, shown)
    nothing = np.zeros(0, dtype=np.int64)
    found = [(nothing, nothing, np.zeros(0, dtype=np.float32))]
    for i, j in close_pairs(perceptual_hashes(thumbnails[place][shown]), RADIUS):
        first, second = shown[i], shown[j]
        correlation = likeness(fine, first, second)
        alike = correlation >= least
        found.append((first[alike], second[alike], correlation[alike]))
    first, second, correlation = zip(*found, strict=True)
    return Duplicates(
        picture.reshape(-1).astype(np.int64),
        np.concatenate(first),
        np.concatenate(second),
        np.concatenate(correlation),
        least,
    )


def _alike(fine: Fine, shown: NDArray[np.int64]) -> float:
    """From which correlation two pictures of this set are nearly one; of few pictures nothing is known but `ALIKE`."""
    if len(shown) < _ENOUGH:
        return ALIKE
    first, second = np.random.default_rng(0).choice(shown, (2, _PAIRS))
    common = float(np.median(likeness(fine, first[first != second], second[first != second])))
    return max(ALIKE, round(common + BEYOND * (1 - common), 3))
