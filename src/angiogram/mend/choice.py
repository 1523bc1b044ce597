"""Which repair is made: the one that the user names, else the least that the diagnosis names. [own]

One a run: a mend that went on by itself until the judged cases are right would choose on those cases.
"""

from dataclasses import dataclass

from angiogram.diagnose.phrases import listed
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.mend.repairs import REPAIRS, Repair, repairs_of


@dataclass(frozen=True)
class Chosen:
    """A repair.

    Attributes:
        repair: None where none is to be made.
        why: this one, or none, one sentence.
        larger: repairs to try next, the least first.
    """

    repair: Repair | None
    why: str
    larger: tuple[Repair, ...] = ()


def chosen_repair(diagnosis: Diagnosis, wanted: Repair | None) -> Chosen:
    """The repair to make of a diagnosed model."""
    named, why = named_by(diagnosis)
    if wanted is not None:
        agrees = " The diagnosis names it, too." if wanted in named else f" {why}"
        behind = REPAIRS[REPAIRS.index(wanted) + 1 :]
        return Chosen(wanted, f"It was asked for.{agrees}", tuple(each for each in behind if each in named))
    if not named:
        return Chosen(None, f"{why} --repair NAME makes a repair nevertheless.")
    return Chosen(named[0], f"{why} This is the least repair of it.", named[1:])


def named_by(diagnosis: Diagnosis) -> tuple[tuple[Repair, ...], str]:
    """The repairs that a diagnosis names, the least first, and why these or none, one sentence."""
    if diagnosis.among:
        names = listed(diagnosis.among)
        return (), f"The image is lost in several places, and which is not known: {names} may have a part in it."
    if not diagnosis.fault:
        return (), "The diagnosis names no fault."
    prepared = diagnosis.ladder.rung("input")
    if "hand-over" in diagnosis.fault and prepared is not None and prepared.outcome == "brings it back":
        return (), f"Images that are prepared otherwise bring the answer back, without a weight: {prepared.done}"
    return repairs_of(diagnosis.fault), f"The diagnosis names {' or '.join(diagnosis.fault)}."
