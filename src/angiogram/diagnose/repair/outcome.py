"""Whether a repair brought the answer back: the same rule for every rung. [own]"""

from collections.abc import Sequence

from angiogram.diagnose.repair.rung import Outcome
from angiogram.diagnose.terms import Interval

ENOUGH = 0.5
"""Share of what was lost that must return."""


def outcome_of(recovered: Interval, lost: float, margin: float, controls: Sequence[float] = ()) -> Outcome:
    """What a repair did.

    Args:
        recovered: after minus before, paired.
        lost: what was to be brought back, on the same cases.
        margin: the gain that matters in practice.
        controls: what each negative control recovered.

    >>> outcome_of(Interval(0.30, 0.22, 0.38), 0.4, 0.05), outcome_of(Interval(0.02, -0.03, 0.07), 0.4, 0.05)
    ('brings it back', 'does not')
    >>> outcome_of(Interval(0.30, 0.22, 0.38), 0.4, 0.05, [0.25])
    'proves nothing'
    >>> outcome_of(Interval(0.02, -0.03, 0.07), 0.03, 0.05)
    'not needed'
    """
    if lost <= margin:
        return "not needed"
    enough = ENOUGH * lost
    if recovered.value >= enough and recovered.low > 0:
        return "proves nothing" if any(control >= enough for control in controls) else "brings it back"
    if recovered.high < enough:
        return "brings a part back" if recovered.low > 0 and recovered.value >= margin else "does not"
    return "undecided"
