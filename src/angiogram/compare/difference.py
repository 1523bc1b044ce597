"""Where two runs begin to differ: the first tap, in the order of the flow, whose features are not the same.

The image flows one way. Where the features of the same cases are the same up to a tap, nothing before it was changed,
and what was changed first stands between that tap and the next [own]. A difference counts in units of what the cases
differ by among themselves, `rms(after - before) / rms(before - mean(before))`, above what rounding explains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from angiogram.compare.kept import KeptFeatures

ROUNDING = 1e-3
"""The most that another batch size or another machine explains in 32-bit floats."""

COARSE_ROUNDING = 0.02
"""The same where one of the models computes in fewer bits."""

_FULL = "torch.float32"
_AT_ONCE = 256


@dataclass(frozen=True)
class FirstDifference:
    """Where features begin to differ.

    Attributes:
        tap: the first that differs; None where none does.
        size: of the difference there.
        last_equal: the tap before it, None where there is none.
        exact: whether everything before is equal bit for bit, and not up to rounding.
    """

    tap: str | None
    size: float
    last_equal: str | None
    exact: bool


def first_difference(before: KeptFeatures, after: KeptFeatures, ids: Sequence[str]) -> FirstDifference:
    """The first tap of both runs at which the features of these cases differ; a tap of another width differs."""
    precisions = {run.store.fingerprint.get("precision", _FULL) for run in (before, after)}
    most = ROUNDING if precisions == {_FULL} else COARSE_ROUNDING
    last, exact = None, True
    for tap in before.taps:
        if tap not in after.taps:
            continue
        size = difference_at(before, after, ids, tap)
        if size > most:
            return FirstDifference(tap, size, last, exact)
        last, exact = tap, exact and size == 0
    return FirstDifference(None, 0.0, last, exact)


def difference_at(before: KeptFeatures, after: KeptFeatures, ids: Sequence[str], tap: str) -> float:
    """The difference at one tap in units of the spread over these cases; infinite where the shapes are not the same."""
    mine, theirs = before.store.read(tap), after.store.read(tap)
    if mine.shape[1:] != theirs.shape[1:]:
        return inf
    rows, others = before.rows_of(ids), after.rows_of(ids)
    moved = total = spread = 0.0
    mean = np.zeros(mine.shape[1:])
    for part in _parts(len(ids)):
        mean += mine[rows[part]].astype(np.float64).sum(axis=0) / len(ids)
    for part in _parts(len(ids)):
        old, new = mine[rows[part]].astype(np.float64), theirs[others[part]].astype(np.float64)
        moved += float(np.square(new - old).sum())
        spread += float(np.square(old - mean).sum())
        total += float(np.square(old).sum())
    if moved == 0:
        return 0.0
    # What does not vary over the cases has no spread; then the size of the features themselves is the unit.
    unit = spread if spread > 1e-12 * total else total
    return float(np.sqrt(moved / unit)) if unit > 0 else inf


def _parts(count: int) -> list[slice]:
    return [slice(start, start + _AT_ONCE) for start in range(0, count, _AT_ONCE)]
