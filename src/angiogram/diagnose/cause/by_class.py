"""Another image of the same class beside one of another class: what follows the class follows the image. [own]

At the connector's output each case gets the image of a case of another class and, once more, that of a case of its own
class, of another group. Both partners are drawn whatever the model answers, so that the two shares differ by the class
alone. An answer that changes as often within the class follows something else that images differ in.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.cause.asking import Asking
from angiogram.diagnose.cause.interchange import exchanged_and_own
from angiogram.diagnose.cause.pairs import draw_pairs, draw_within_classes, units_of_pairs
from angiogram.diagnose.cause.result import ByClass
from angiogram.diagnose.phrases import number, percent
from angiogram.statistics.bootstrap import resample_groups
from angiogram.statistics.interval import Interval

FEWEST_CASES = 16
FEWEST_UNITS = 2

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Drawn:
    """Who exchanges with whom, as positions among n cases.

    Attributes:
        other: pairs of different classes.
        same: pairs of the same class.
        cases: those that are in both, `[m]`.
        units: what each of them is resampled with, `[m]`.
    """

    other: Pairs
    same: Pairs
    cases: NDArray[np.int64]
    units: NDArray[np.int64]

    @property
    def passes(self) -> int:
        """Forward passes of one case: each is asked untouched and with its partner's image."""
        return 4 * (len(self.other) + len(self.same))

    @property
    def too_few(self) -> str | None:
        """Why nothing can be said, if so."""
        independent = len(np.unique(self.units))
        if len(self.cases) >= FEWEST_CASES and independent >= FEWEST_UNITS:
            return None
        return (
            f"Images of the same class were not exchanged: only {len(self.cases)} cases have a partner of their own "
            f"class in another group and one of another class, with as many image tokens, in {independent} independent "
            f"set{'' if independent == 1 else 's'} of groups; {FEWEST_CASES} cases in {FEWEST_UNITS} sets are needed."
        )


def draw_by_class(labels: NDArray[np.int64], shapes: Sequence[Hashable], groups: NDArray[np.int64], seed: int) -> Drawn:
    """Partners of another class first, then of the same class, so that few groups are tied together.

    Args:
        labels: true classes `[n]`.
        shapes: of each case, anything that can be compared.
        groups: of each case `[n]`.
        seed: of the draws.

    >>> drawn = draw_by_class(np.array([0, 1, 0, 1]), ["a"] * 4, np.arange(4), seed=0)
    >>> len(drawn.other), len(drawn.same), drawn.cases.tolist(), drawn.units.tolist()
    (2, 2, [0, 1, 2, 3], [0, 0, 0, 0])
    """
    other = draw_pairs(labels, labels, shapes, groups, seed)
    tied = _units(other, groups)
    same = draw_within_classes(labels, shapes, groups, tied, seed)
    cases = np.intersect1d(np.array(other, dtype=np.int64), np.array(same, dtype=np.int64))
    units = _units((*other, *same), groups)[cases]
    return Drawn(other, same, cases, np.unique(units, return_inverse=True)[1].astype(np.int64))


def exchange_by_class(asked: Asking, rows: NDArray[np.int64], drawn: Drawn, seed: int, resamples: int) -> ByClass:
    """How often the answer changes with each kind of image.

    Args:
        asked: the model and how it is asked.
        rows: positions of the n cases among all, `[n]`.
        drawn: of `draw_by_class`, not too few.
        seed, resamples: of the bootstrap.
    """
    changed: list[NDArray[np.bool_]] = []
    for pairs in (drawn.same, drawn.other):
        answers, own = exchanged_and_own(asked, [(int(rows[a]), int(rows[b])) for a, b in pairs], (None,))
        whole = np.zeros(len(rows), dtype=bool)
        whole[np.array(pairs, dtype=np.int64).reshape(-1)] = answers[0] != own
        changed.append(whole[drawn.cases])
    draws = resample_groups(drawn.units, seed, resamples)
    same, other = (draws.accuracy(each).interval() for each in changed)
    return ByClass(len(drawn.cases), same, other, draws.loss(changed[1], changed[0]).interval())


def by_class_finding(found: ByClass) -> str:
    """Whether the answer follows the class, two sentences."""
    gap = found.difference
    said = (
        f"Put in at the connector's output, another image of the same class changes the answer in "
        f"{percent(found.same.value)} of {found.cases} cases ({_ends(found.same)}), one of another class in "
        f"{percent(found.other.value)} ({_ends(found.other)})."
    )
    paired = f"paired difference {number(gap.value, 1)} points, {_ends(gap)}"
    if gap.low > 0:
        return f"{said} The answer follows the class that an image shows ({paired})."
    return f"{said} It is not seen to follow the class more than anything else that images differ in ({paired})."


def _units(pairs: Sequence[tuple[int, int]], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of every case `[n]`; groups without a pair stand alone."""
    every = [(case, case) for case in range(len(groups))]
    return units_of_pairs([*pairs, *every], groups)[2 * len(pairs) :: 2]


def _ends(shown: Interval) -> str:
    return f"95 % interval {number(shown.low)} to {number(shown.high)}"
