"""Where a fault stands, as it is handed on."""

from dataclasses import dataclass

from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Place
from angiogram.diagnose.terms import Fault
from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class Located:
    """Where the fault stands.

    Attributes:
        fault: none where no loss is present; more than one where they cannot be told apart.
        loss: what is lost there, and `of` what; None without a fault and without `among`.
        of: accuracy before the loss.
        spread: whether no stage loses more than the margin for sure, but several of them together do.
        cleared: the earliest interface at which a repair brings the answer back: what stands behind it is cleared.
        behind: faults that show behind the first and may follow from it.
        open: faults that others are likelier than, and that no repair clears.
        among: where a loss is spread over more than can be named, the faults that it may be; `fault` is empty then.
    """

    fault: tuple[Fault, ...] = ()
    loss: Interval | None = None
    of: float | None = None
    spread: bool = False
    cleared: Place | None = None
    behind: tuple[Fault, ...] = ()
    open: tuple[Fault, ...] = ()
    among: tuple[Fault, ...] = ()


Found = tuple[tuple[Fault, ...], Interval, float]
"""A fault, what is lost there, and the accuracy before the loss."""


def found_by(verdict: Verdict | None, fault: tuple[Fault, ...]) -> Found | None:
    """This fault with what a mode loses, where that is present; None where it is not."""
    if verdict is None or verdict.state != "present" or verdict.loss is None or verdict.accuracies is None:
        return None
    return fault, verdict.loss, verdict.accuracies[0]
