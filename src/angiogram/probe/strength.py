"""The strength of a ridge probe: the least exact leave-one-out squared error among candidates.

The error falls and then rises with the strength, so that not every candidate need be tried [own]: the search starts at
a tenth of the mean eigenvalue and walks towards the smaller error, in steps that grow while it falls and halve
where it does not, until neither neighbour is better. Where the error has one valley, that is its lowest candidate.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.probe.gram import Gram
from angiogram.probe.smoother import Smoother, Targets

RELATIVE_STRENGTHS: tuple[float, ...] = tuple(float(10.0**k) for k in np.arange(-4.0, 3.25, 0.5))
"""The default grid, in units of the mean eigenvalue of the Gram matrix."""

_START = 0.1
LEARNERS, JUDGES = 1000, 400
"""Training cases that probes of a search are fitted to, and that are held out of them one by one, at most."""


def strength_grid(gram: Gram) -> tuple[float, ...]:
    """The default candidates for these features, ascending; 1 alone where every feature is constant."""
    return tuple(gram.unit * s for s in RELATIVE_STRENGTHS) if gram.unit > 0 else (1.0,)


def best_strength(gram: Gram, targets: Targets, strengths: Sequence[float]) -> Smoother:
    """The training side's factor at the strength with the least leave-one-out error.

    Where all are alike, the largest strength is taken.
    """
    candidates = sorted(strengths, reverse=True)
    if len(candidates) == 1 or gram.unit == 0:
        return Smoother(gram, candidates[0])
    few = some_cases(len(targets.centred), LEARNERS)
    part = gram if few is None else gram.part(few)
    seen = targets if few is None else Targets(part, targets.centred[few])
    judges = some_cases(len(part.cases), JUDGES)
    best, least = None, np.inf

    def error(number: int) -> float:
        nonlocal best, least
        tried = Smoother(part, candidates[number])
        miss = tried.leave_one_out(seen, judges)
        found = float(np.vdot(miss, miss))
        if found < least:
            best, least = tried, found
        return found

    start = int(np.abs(np.log(np.array(candidates)) - np.log(_START * gram.unit)).argmin())
    chosen = candidates[lowest(error, len(candidates), start)]
    return best if best is not None and best.gram is gram and best.strength == chosen else Smoother(gram, chosen)


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


def some_cases(count: int, most: int) -> NDArray[np.int64] | None:
    """A random `most` of the cases, ascending; None for all where there are no more."""
    return None if count <= most else np.sort(np.random.default_rng(0).permutation(count)[:most])
