"""What a mend says besides its numbers: what to do next, and what was not looked at."""

from angiogram.mend.result import Mending

BACK = ("brings it back", "not needed")


def asked_for(mending: Mending) -> str:
    """What to try next; empty where the answer is back."""
    if all(answer.outcome in BACK for answer in mending.answers):
        return ""
    if not mending.larger:
        return "No larger repair is named: diagnose the mended model, whose fault may be another."
    larger = mending.larger[0]
    return f"The next larger repair is {larger}: mend again with --repair {larger} and another --out."


def not_checked(mending: Mending) -> str:
    """What is not known of other cases; empty where some were looked at."""
    if mending.guard is not None:
        return ""
    return "Whether other cases are harmed was not checked: name some with --guard."


def left_out(mending: Mending) -> str:
    """Which cases of the guard were not looked at; empty where all were."""
    guard = mending.guard
    if guard is None or not guard.left_out:
        return ""
    given = guard.left_out + guard.entries
    return f"Left out: {guard.left_out} of {given} answers of '{guard.cases}', on images from which the repair learnt."
