"""What is said of a further column, in a few sentences."""

from angiogram.diagnose.phrases import listed, number, percent, points
from angiogram.diagnose.read.columns import ColumnReading, Explained, WithinStrata
from angiogram.diagnose.read.within_strata import that_read
from angiogram.statistics.interval import Interval


def says_why_not(name: str, reason: str, alias: bool = False) -> str:
    """A column that cannot serve as nuisance; `alias` where it goes with the class one to one."""
    if alias:
        return (
            f"'{name}' goes with the class one to one in these cases. If it is no other name of the class, nobody can "
            "tell here which of the two is read."
        )
    return f"'{name}' was not held against the class: {reason}."


def says_of(name: str, outcome: Explained, reading: ColumnReading, chance: float, margin: float) -> str:
    """Whether the class can be read through a column.

    Args:
        name: of the column.
        outcome: over all stages.
        reading: what was read.
        chance: accuracy of always naming the most frequent class.
        margin: as a fraction.
    """
    alone = (
        f"Its value alone names the class right in {percent(reading.alone.value)} of the cases, always the most "
        f"frequent class in {percent(chance)}."
    )
    if not reading.within:
        return f"Whether the class is read through '{name}' cannot be told: {_too_few(reading)}. {alone}"
    read = that_read(reading.within)
    if not read:
        return f"Whether the class is read through '{name}' cannot be told: no stage is seen to read the class. {alone}"
    shown = _shown(outcome, read)
    at = listed([each.stage for each in read if each.outcome == outcome])
    left = (
        f"of a skill of {percent(shown.skill.value)} at {shown.stage}, {percent(shown.left.value)} "
        f"({_ends(shown.left)}) is left within its values"
    )
    if outcome == "mostly":
        first = f"The class can be read through '{name}' at {at}: {left}."
    elif outcome == "partly":
        first = f"Part of the class can be read through '{name}' at {at}: {left}."
    elif outcome == "not":
        first = f"'{name}' does not explain what is read of the class: {left}."
    elif not shown.readable:
        first = (
            f"Whether the class is read through '{name}' cannot be told: {left}, and yet '{name}' itself cannot be "
            f"read there."
        )
    else:
        first = (
            f"Whether the class is read through '{name}' cannot be told: {left}, and the difference may be less or "
            f"more than the margin of {points(margin, 1)}."
        )
    without = ""
    if shown.without is not None and outcome in ("mostly", "partly"):
        without = (
            f" A probe that is kept from '{name}' has a skill of {percent(shown.without.value)} "
            f"({_ends(shown.without)}) there."
        )
    return f"{first}{without} {alone}"


def _shown(outcome: Explained, within: list[WithinStrata]) -> WithinStrata:
    """Of the stages with this outcome the one where most goes; a probed one where there is one."""
    own = [each for each in within if each.outcome == outcome]
    return max(own, key=lambda each: (each.without is not None, each.gone.value))


def _too_few(reading: ColumnReading) -> str:
    if not reading.mixed:
        return "with each of its values one class only occurs"
    return (
        f"too few cases, {reading.cases}, have a value with which two classes occur (they count like "
        f"{reading.counting:.0f} with equally frequent classes)"
    )


def _ends(found: Interval) -> str:
    return f"95 % interval {number(found.low)} to {number(found.high)}"
