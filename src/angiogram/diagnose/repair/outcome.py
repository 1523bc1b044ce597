"""Whether a repair brought the answer back: the same rule for every rung. [own]"""

from collections.abc import Sequence
from dataclasses import replace

from angiogram.diagnose.repair.rung import Outcome, Rung
from angiogram.statistics.interval import Interval

ENOUGH = 0.5
"""Share of what was lost that must return."""


def weighed(rung: Rung, margin: float, controls: Sequence[float | None] = ()) -> Rung:
    """The rung with its outcome.

    An answer that names the wrong class, or none, is right less often than a guess. What a guess brings back is no
    repair, so that repair and controls are counted from the better of the two, the rung's floor.

    Args:
        rung: with what came back.
        margin: the gain that matters in practice.
        controls: accuracy with each negative control; None for one that could not be made.
    """
    assert rung.recovered is not None and rung.beyond_half is not None and rung.floor is not None
    gains = [None if control is None else control - rung.floor for control in controls]
    lost, above = rung.target - rung.before, rung.target - rung.floor
    return replace(rung, outcome=outcome_of(rung.recovered, rung.beyond_half, lost, margin, gains, above))


def outcome_of(
    recovered: Interval,
    beyond_half: Interval,
    lost: float,
    margin: float,
    controls: Sequence[float | None] = (),
    above: float | None = None,
) -> Outcome:
    """What a repair did.

    Args:
        recovered: after minus before, paired.
        beyond_half: what came back beyond half of `above`, paired.
        lost: what was to be brought back, on the same cases.
        margin: the gain that matters in practice.
        controls: what each negative control brought back of `above`; None for one that could not be made.
        above: how much of it no guess brings back; all of it by default.

    >>> outcome_of(Interval(0.30, 0.22, 0.38), Interval(0.10, 0.02, 0.18), 0.4, 0.05)
    'brings it back'
    >>> outcome_of(Interval(0.02, -0.03, 0.07), Interval(-0.18, -0.24, -0.12), 0.4, 0.05)
    'does not'
    >>> outcome_of(Interval(0.30, 0.22, 0.38), Interval(0.10, 0.02, 0.18), 0.4, 0.05, [0.25])
    'proves nothing'
    >>> outcome_of(Interval(0.02, -0.03, 0.07), Interval(0.00, -0.05, 0.05), 0.03, 0.05)
    'not needed'
    """
    above = lost if above is None else above
    if lost <= margin:
        return "not needed"
    if above <= margin:
        return "undecided"
    if beyond_half.value >= 0 and recovered.low > 0:
        if any(control is not None and control >= ENOUGH * above for control in controls):
            return "proves nothing"
        return "undecided" if None in controls else "brings it back"
    if beyond_half.high < 0:
        return "brings a part back" if recovered.low > 0 and recovered.value >= margin else "does not"
    return "undecided"
