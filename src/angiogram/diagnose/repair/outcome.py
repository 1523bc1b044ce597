"""Whether a repair brought the answer back: the same rule for every rung. [own]"""

from collections.abc import Sequence

from angiogram.diagnose.repair.rung import Outcome
from angiogram.diagnose.terms import Interval

ENOUGH = 0.5
"""Share of what was lost that must return."""


def outcome_of(
    recovered: Interval, beyond_half: Interval, lost: float, margin: float, controls: Sequence[float | None] = ()
) -> Outcome:
    """What a repair did.

    Args:
        recovered: after minus before, paired.
        beyond_half: what came back beyond half of what was lost, paired.
        lost: what was to be brought back, on the same cases.
        margin: the gain that matters in practice.
        controls: what each negative control recovered; None for one that could not be made.

    >>> outcome_of(Interval(0.30, 0.22, 0.38), Interval(0.10, 0.02, 0.18), 0.4, 0.05)
    'brings it back'
    >>> outcome_of(Interval(0.02, -0.03, 0.07), Interval(-0.18, -0.24, -0.12), 0.4, 0.05)
    'does not'
    >>> outcome_of(Interval(0.30, 0.22, 0.38), Interval(0.10, 0.02, 0.18), 0.4, 0.05, [0.25])
    'proves nothing'
    >>> outcome_of(Interval(0.02, -0.03, 0.07), Interval(0.00, -0.05, 0.05), 0.03, 0.05)
    'not needed'
    """
    if lost <= margin:
        return "not needed"
    if beyond_half.value >= 0 and recovered.low > 0:
        if any(control is not None and control >= ENOUGH * lost for control in controls):
            return "proves nothing"
        return "undecided" if None in controls else "brings it back"
    if beyond_half.high < 0:
        return "brings a part back" if recovered.low > 0 and recovered.value >= margin else "does not"
    return "undecided"
