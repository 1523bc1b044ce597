"""The strength of a ridge probe: the least exact leave-one-out squared error among candidates.

The error falls and then rises with the strength, so that not every candidate need be tried [own]: the search starts at
a tenth of the mean eigenvalue and walks towards the smaller error, in steps that grow while it falls and halve
where it does not, until neither neighbour is better. Where the error has one valley, that is its lowest candidate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from angiogram.probe.gram import Gram
from angiogram.probe.held_out import HeldOut
from angiogram.probe.smoother import Smoother, Targets

RELATIVE_STRENGTHS: tuple[float, ...] = tuple(float(10.0**k) for k in np.arange(-4.0, 3.25, 0.5))
"""The default grid, in units of the mean eigenvalue of the Gram matrix."""

_START = 0.1
JUDGES = 500
"""Training cases that are held out, at most; a random choice stands for all of them."""


def strength_grid(gram: Gram) -> tuple[float, ...]:
    """The default candidates for these features, ascending; 1 alone where every feature is constant."""
    return tuple(gram.unit * s for s in RELATIVE_STRENGTHS) if gram.unit > 0 else (1.0,)


@dataclass(frozen=True)
class Chosen:
    """A strength and what was found with it.

    Attributes:
        smoother: the training side's factor at the strength.
        miss: by how much fits without the case itself miss the targets of the cases held out, `[J, K]`.
    """

    smoother: Smoother
    miss: NDArray[np.floating]

    @cached_property
    def error(self) -> float:
        """Sum of the squares of the misses."""
        return float(np.vdot(self.miss, self.miss))


def smoother_at(gram: Gram, strength: float) -> Smoother:
    """The factor of a training side at one strength; made once, for whatever labels are read from it."""
    if strength not in gram.factors:
        gram.factors[strength] = Smoother(gram, strength)
    return gram.factors[strength]


def best_strength(
    gram: Gram, targets: Targets, held: HeldOut, strengths: Sequence[float]
) -> tuple[Chosen, tuple[Smoother, ...]]:
    """The strength with the least error on the cases held out (the largest where no feature varies), and all tried.

    Returns:
        (the best, the smoothers at the strengths tried, the largest first).
    """
    candidates = sorted(strengths, reverse=True)
    best: Chosen | None = None
    tried: list[Smoother] = []

    def error(number: int) -> float:
        nonlocal best
        smoother = smoother_at(gram, candidates[number])
        tried.append(smoother)
        found = Chosen(smoother, smoother.leave_out(targets, held))
        if best is None or (found.error, number) < (best.error, candidates.index(best.smoother.strength)):
            best = found
        return found.error

    if gram.unit == 0 or len(candidates) == 1:
        error(0)
    else:
        start = int(np.abs(np.log(np.array(candidates)) - np.log(_START * gram.unit)).argmin())
        lowest(error, len(candidates), start)
    assert best is not None
    return best, tuple(sorted(tried, key=lambda smoother: -smoother.strength))


def lowest(error: Callable[[int], float], count: int, start: int) -> int:
    """Place of the least of `count` errors that fall and then rise; the first of equal ones. Each is asked once.

    >>> asked = []
    >>> lowest(lambda place: asked.append(place) or abs(place - 11), 15, 6), sorted(asked)
    (11, [6, 7, 8, 9, 10, 11, 12, 13])
    """
    known: dict[int, float] = {}

    def at(place: int) -> tuple[float, int]:
        if place not in known:
            known[place] = error(place)
        return known[place], place

    here, step, moves, ways = start, 1, 0, (1, -1)
    while step:
        ahead = [(here + way * step, way) for way in ways if 0 <= here + way * step < count]
        found = next((place_and_way for place_and_way in ahead if at(place_and_way[0]) < at(here)), None)
        if found is None:
            step, ways = step // 2, (1, -1)
        else:
            moves += 1
            (here, way), step = found, moves
            ways = (way,)  # behind it is worse
    return here
