"""How often the diagnosis is right about planted lesions. [own]"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from angiogram.diagnose.terms import Fault
from angiogram.lesion.outcome import Outcome, names_right

FELL = 0.10
"""A lesion counts for the goal where the answer's accuracy falls by so much."""
GRAIN = 1e-9


@dataclass(frozen=True)
class Matrix:
    """Planted against diagnosed faults.

    Attributes:
        planted: the rows: what may honestly be named, each set once.
        diagnosed: the columns: what was named; the empty one is nothing new.
        counts: `[planted][diagnosed]`.
        runs: number of lesions.
        right: share of them that were named right (see `names_right`); None where there are none.
        misled: number of them for which something was named, and not right.
    """

    planted: tuple[tuple[Fault, ...], ...]
    diagnosed: tuple[tuple[Fault, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    runs: int
    right: float | None
    misled: int


def fell(outcome: Outcome) -> bool:
    """Whether the answer's accuracy fell by `FELL` or more."""
    return outcome.fall >= FELL - GRAIN


def confusion(outcomes: Sequence[Outcome], read: Callable[[Outcome], tuple[Fault, ...]]) -> Matrix:
    """Of these lesions; `read` says what was found. The model as it is and harmless changes are left out."""
    pairs = [(outcome.planted, read(outcome)) for outcome in outcomes if outcome.planted]
    rows, columns = (sorted({pair[side] for pair in pairs}, key=_in_order) for side in (0, 1))
    seen = Counter(pairs)
    right = [names_right(named, truth) for truth, named in pairs]
    return Matrix(
        planted=tuple(rows),
        diagnosed=tuple(columns),
        counts=tuple(tuple(seen[row, column] for column in columns) for row in rows),
        runs=len(pairs),
        right=sum(right) / len(pairs) if pairs else None,
        misled=sum(bool(named) and not well for (_, named), well in zip(pairs, right, strict=True)),
    )


def _in_order(faults: tuple[Fault, ...]) -> tuple[bool, list[int]]:
    """Along the flow, nothing last."""
    return not faults, [get_args(Fault).index(fault) for fault in faults]
