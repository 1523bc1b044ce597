"""Whether the class is read through another column: what is left of it when that column is held fixed [own].

Three things are measured, all on the judged cases, out of fold, and with the resamples of everything else:

- *alone*: how often the class is right that is most frequent in training with the case's value of the column;
- *left*: J within the values (`probe.strata`) of the class that a stage names as it is, without a re-fit, against J
  without strata, `skill`. If a stage names the class only because it knows the column, J within its values is 0;
- *without*: J within the values of a ridge probe of the class that is kept from the column (`probe.kept_from`).

With `gone = skill - left`, paired, intervals that hold for all stages and columns together (Bonferroni) decide:

    mostly    gone > margin surely, and left < skill / 2 surely
    partly    gone > margin surely
    not       gone < margin surely
    cannot be told    else

The class can be read *through* a column only where the column itself can be read. A column may also be part of the
disease (a lesion's size): these numbers cannot tell what a column is, only what is left without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.read.columns import Explained, WithinStrata
from angiogram.diagnose.terms import StageKey
from angiogram.probe.scores import Labels
from angiogram.probe.strata import Strata, strata_of, summed_within
from angiogram.statistics.bootstrap import Estimate, Resamples
from angiogram.statistics.interval import Interval

FEWEST_CASES = 20.0
"""Cases that count within strata, below which nothing is said."""
FEWEST_GROUPS = 5.0
"""Groups that carry J within strata, below which nothing is said."""
_CONFIDENCE = 0.95
_GRAVEST_FIRST: tuple[Explained, ...] = ("mostly", "partly", "cannot be told", "not")


@dataclass(frozen=True)
class Judged:
    """The judged cases.

    Attributes:
        truth: classes, `[n]`.
        classes: K.
        values: of the column, `[n]`.
        resamples: of them.
    """

    truth: Labels
    classes: int
    values: NDArray[np.int64]
    resamples: Resamples

    @property
    def strata(self) -> Strata:
        """By the column."""
        return strata_of(self.truth, self.values, self.classes)


@dataclass(frozen=True)
class Held:
    """What one stage names.

    Attributes:
        stage, tap, readable: as in `WithinStrata`.
        predicted: classes, `[n]`.
        kept_from: classes named by a probe that is kept from the column, `[n]`; None for the answer.
    """

    stage: StageKey
    tap: str | None
    readable: bool
    predicted: Labels
    kept_from: Labels | None


def enough(judged: Judged) -> bool:
    """Whether the cases within strata are enough to say anything."""
    strata = judged.strata
    if strata.counting < FEWEST_CASES:
        return False
    return summed_within(strata, judged.truth, judged.truth, judged.resamples.groups).carriers >= FEWEST_GROUPS


def within_strata(judged: Judged, held: Sequence[Held], margin: float, tests: int) -> tuple[WithinStrata, ...]:
    """What is left at each stage; `tests` intervals are to hold together when an outcome is decided."""
    truth, resamples, strata = judged.truth, judged.resamples, judged.strata
    whole = strata_of(truth, np.zeros_like(truth), judged.classes)
    together = 1 - (1 - _CONFIDENCE) / max(1, tests)
    found: list[WithinStrata] = []
    for each in held:
        skill, left = (j_of(one, truth, each.predicted, resamples) for one in (whole, strata))
        gone = _difference(skill, left)
        without = None if each.kept_from is None else j_of(strata, truth, each.kept_from, resamples).interval()
        decided = outcome_of(skill.value, left.interval(together), gone.interval(together), margin)
        found.append(
            WithinStrata(
                stage=each.stage,
                tap=each.tap,
                readable=each.readable,
                accuracy=_accuracy_inside(strata.inside, each.predicted == truth, resamples),
                skill=skill.interval(),
                left=left.interval(),
                gone=gone.interval(),
                without=without,
                outcome=decided if each.readable or decided == "not" else "cannot be told",
            )
        )
    return tuple(found)


def outcome_of(skill: float, left: Interval, gone: Interval, margin: float) -> Explained:
    """From the intervals of a stage to its outcome.

    >>> outcome_of(0.8, Interval(0.02, -0.1, 0.1), Interval(0.78, 0.6, 0.9), margin=0.05)
    'mostly'
    >>> outcome_of(0.8, Interval(0.79, 0.7, 0.9), Interval(0.01, -0.02, 0.04), margin=0.05)
    'not'
    """
    if gone.high < margin:
        return "not"
    if gone.low <= margin:
        return "cannot be told"
    return "mostly" if left.high < skill / 2 else "partly"


def that_read(within: Sequence[WithinStrata]) -> list[WithinStrata]:
    """The stages that surely tell something of the class; where nothing is read, nothing is read through a column."""
    return [each for each in within if each.skill.low > 0]


def over_stages(within: Sequence[WithinStrata]) -> Explained:
    """The outcome of a column: the gravest of the stages that read the class."""
    found = {each.outcome for each in that_read(within)}
    for outcome in _GRAVEST_FIRST:
        if outcome in found:
            return outcome
    return "cannot be told"


def j_of(strata: Strata, truth: Labels, predicted: Labels, resamples: Resamples) -> Estimate:
    """J within strata, with its resamples."""
    half = resamples.summed(summed_within(strata, truth, predicted, resamples.groups))
    return Estimate(2 * half.value - 1, 2 * half.samples - 1, half.groups, -1.0, 1.0)


def _difference(first: Estimate, second: Estimate) -> Estimate:
    value, samples = first.value - second.value, first.samples - second.samples
    return Estimate(value, samples, min(first.groups, second.groups), -2.0, 2.0)


def _accuracy_inside(inside: NDArray[np.bool_], right: NDArray[np.bool_], resamples: Resamples) -> Interval:
    """Accuracy over the cases inside, from a ratio of means over all."""
    part, whole = (resamples.means(row[None], low, 1.0)[:, 0] for row, low in ((inside & right, 0.0), (inside, 1.0)))
    drawn = whole > 0  # few resamples, if any, hold no case of these
    groups = max(2.0, float(len(np.unique(resamples.groups[inside]))))
    return Estimate(float(right[inside].mean()), part[drawn] / whole[drawn], groups, 0.0, 1.0).interval()
