"""The account of one run: losses that add up, and the scores of its parts."""

from dataclasses import dataclass

from angiogram.diagnose.account.accounting import Accounting, account
from angiogram.diagnose.account.health import health_scores
from angiogram.diagnose.account.utilisation import TAP, utilisation
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.read.everything import Everything
from angiogram.diagnose.read.measured import HealthScore, Utilisation


@dataclass(frozen=True)
class Scored:
    """What follows from the readings by arithmetic.

    Attributes:
        accounting: the losses between the stages.
        health: of encoder, connector and both read-outs of the language model.
        utilisation: how much of what the language model is given its answer uses.
    """

    accounting: Accounting
    health: tuple[HealthScore, ...]
    utilisation: Utilisation


def score(planned: Plan, read: Everything) -> Scored:
    """Account for what was read."""
    found = read.found
    named = found.answering.constrained, found.flow.mean[TAP].predicted, read.controls.twin[TAP].predicted
    answer, probe, floor = (each == found.truth for each in named)
    return Scored(
        accounting=account(found.readings, found.resamples),
        health=health_scores(planned.taps, found.flow, found.truth, read.chance, found.resamples),
        utilisation=utilisation(answer, probe, floor, found.resamples),
    )
