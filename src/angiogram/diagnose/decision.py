"""From an interval and a p to a state, and how many cases a state would take [own]."""

from collections.abc import Sequence

import numpy as np

from angiogram.diagnose.terms import State
from angiogram.statistics.bootstrap import Estimate, critical
from angiogram.statistics.interval import Interval

LEVEL = 0.025
"""One-sided level of a verdict, that of a two-sided 95 % interval."""

_MOST_CASES = 1_000_000


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment, in the order given.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, (len(p_values) - rank) * p_values[index])
        adjusted[index] = min(1.0, largest)
    return adjusted


def decide(interval: Interval, p_adjusted: float, margin: float) -> State:
    """The verdict from an interval and an adjusted p.

    >>> decide(Interval(0.2, 0.1, 0.3), 0.001, 0.05), decide(Interval(0.2, 0.1, 0.3), 0.03, 0.05)
    ('present', 'undetermined')
    """
    if interval.low > margin and p_adjusted < LEVEL:
        return "present"
    return "absent" if interval.high < margin else "undetermined"


def cases_to_decide(loss: Estimate, cases: int, margin: float, tests: int) -> int | None:
    """How many cases would decide, if the loss stays where it is and its error shrinks with 1 / sqrt(cases).

    The groups are taken to grow with the cases. A loss above the margin must pass Holm's strictest step among `tests`.
    None where not even a million cases would do, because the loss lies at the margin.
    """
    distance = abs(loss.value - margin)
    confidence = 1 - 2 * LEVEL / (tests if loss.value > margin else 1)
    spread = loss.standard_error * np.sqrt(loss.groups / (loss.groups - 1) * cases)

    def enough(n: int) -> bool:
        groups = max(2, loss.groups * n // cases)
        reach = critical(groups, confidence) / np.sqrt(groups / (groups - 1))
        return bool(reach * spread / np.sqrt(n) < distance)

    low, high = cases, max(cases, _MOST_CASES)  # low is known not to be enough
    if not enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
