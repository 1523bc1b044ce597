"""Round axes for fractions."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class Scale:
    """A linear axis from `low` to `high` with a tick every `step`."""

    low: float
    high: float
    step: float

    def __call__(self, value: float) -> float:
        """Position of `value` on the axis as a fraction, held inside it."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    @property
    def ticks(self) -> list[float]:
        """The values to label."""
        first, last = math.ceil(self.low / self.step - 1e-9), math.floor(self.high / self.step + 1e-9)
        return [i * self.step for i in range(first, last + 1)]


def around(values: Iterable[float], low: float, high: float, steps: Sequence[float] = (0.05, 0.1, 0.2, 0.5)) -> Scale:
    """An axis that covers low..high and all finite values, with at most seven ticks.

    >>> around([0.31, -0.02], low=-0.05, high=0.2).ticks[-1]
    0.4
    """
    finite = [value for value in values if math.isfinite(value)]
    low, high = min([low, *finite]), max([high, *finite])
    step = next((step for step in steps if (high - low) / step <= 6), (high - low) / 6)
    return Scale(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step)


def ends(intervals: Iterable[Interval | None]) -> list[float]:
    """Every end and middle of some intervals, for `around`."""
    return [value for each in intervals if each is not None for value in (each.low, each.value, each.high)]
