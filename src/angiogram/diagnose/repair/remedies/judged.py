"""From which cases are right before and after to what a remedy recovered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.decision import LEVEL, holm
from angiogram.diagnose.repair.remedies.tried import Gain, Tried
from angiogram.diagnose.terms import Mode
from angiogram.statistics.bootstrap import Resamples

Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Judge:
    """The cases that remedies are judged on.

    Attributes:
        resamples: of them.
        margin: the gain that matters in practice, a fraction.
        guessing: accuracy on them of always naming their most frequent class.
    """

    resamples: Resamples
    margin: float
    guessing: float

    def __call__(
        self,
        remedy: str,
        modes: tuple[Mode, ...],
        done: str,
        *,
        before: Right,
        after: Right,
        compared: str,
        cost: str,
    ) -> Tried:
        """What a remedy recovered, judged by itself; `before` and `after` say which cases are right, `[n]`."""
        recovered = self.resamples.loss(after, before)
        p = recovered.p_at_most(0.0)
        tried = Tried(
            remedy=remedy,
            modes=modes,
            done=done,
            compared=compared,
            before=self.resamples.accuracy(before).value,
            after=self.resamples.accuracy(after).interval(),
            recovered=recovered.interval(),
            p=p,
            p_adjusted=p,
            guessing=self.guessing,
            gain="undecided",
            cases=self.resamples.cases,
            cost=cost,
        )
        return replace(tried, gain=_gain(tried, self.margin))


def judged_together(tried: Sequence[Tried], margin: float) -> tuple[Tried, ...]:
    """All remedies of a run, a gain corrected for their number (Holm)."""
    adjusted = [replace(one, p_adjusted=p) for one, p in zip(tried, holm([one.p for one in tried]), strict=True)]
    return tuple(replace(one, gain=_gain(one, margin)) for one in adjusted)


def _gain(tried: Tried, margin: float) -> Gain:
    if tried.recovered.low > 0 and tried.p_adjusted < LEVEL:
        return "gain" if tried.after.low > tried.guessing else "not shown to beat guessing"
    return "no gain" if tried.recovered.high < margin else "undecided"
