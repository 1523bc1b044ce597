"""From which cases are right before and after to what a remedy recovered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.bootstrap import Resamples
from angiogram.diagnose.remedies.tried import Gain, Tried
from angiogram.diagnose.terms import Interval, Mode

Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Judge:
    """The cases that remedies are judged on.

    Attributes:
        resamples: of them.
        margin: the gain that matters in practice, a fraction.
    """

    resamples: Resamples
    margin: float

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
        """What a remedy recovered; `before` and `after` say which of the cases are right, `[n]`."""
        recovered = self.resamples.loss(after, before).interval()
        return Tried(
            remedy=remedy,
            modes=modes,
            done=done,
            compared=compared,
            before=self.resamples.accuracy(before).value,
            after=self.resamples.accuracy(after).interval(),
            recovered=recovered,
            gain=_gain(recovered, self.margin),
            cases=self.resamples.cases,
            cost=cost,
        )


def _gain(recovered: Interval, margin: float) -> Gain:
    if recovered.low > 0:
        return "gain"
    return "no gain" if recovered.high < margin else "undecided"
