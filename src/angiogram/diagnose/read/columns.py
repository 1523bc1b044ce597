"""What a diagnosis reads of further columns of the cases: scanner, view, sex, site."""

from dataclasses import dataclass
from typing import Literal

from angiogram.diagnose.terms import StageKey
from angiogram.statistics.interval import Interval

Explained = Literal["mostly", "partly", "not", "cannot be told"]
"""Whether what is read of the class can come through a column.

Mostly: surely less than half of the skill is left when the column is held fixed. Partly: surely more than the margin
goes. Not: surely less than the margin goes.
"""


@dataclass(frozen=True)
class ColumnPoint:
    """What a ridge probe reads of the column at one tap."""

    tap: str
    accuracy: Interval


@dataclass(frozen=True)
class WithinStrata:
    """What one stage tells of the class, in all and with the column held fixed.

    Attributes:
        tap: where a probe read it; None for the answer.
        readable: whether the column can be read there, above its null band; of the answer, at any of the probed stages.
        accuracy: of the stage over the cases of values with two classes or more.
        skill: J without strata: balanced accuracy corrected for chance.
        left: J within the values of the column (`probe.strata`).
        gone: skill - left, paired.
        without: J within the values of a ridge probe of the class that is kept from the column (`probe.kept_from`);
            None for the answer.
        outcome: see `Explained`.
    """

    stage: StageKey
    tap: str | None
    readable: bool
    accuracy: Interval
    skill: Interval
    left: Interval
    gone: Interval
    without: Interval | None
    outcome: Explained


@dataclass(frozen=True)
class ColumnReading:
    """What is read of one column that can serve as nuisance.

    Attributes:
        levels: names of its values, or of the quartiles of its numbers.
        majority: accuracy of always naming the most frequent value.
        null_band: accuracy that the best tap reaches by chance, from values permuted by group.
        curve: one point a tap, in the order of the flow.
        alone: accuracy for the class of naming, for each value, the class most frequent with it in training.
        gain: that less the accuracy of always naming the most frequent class, paired.
        mixed: number of values with which two classes or more occur.
        cases: judged cases that have such a value.
        counting: to how many cases these come, if with each value all classes were equally frequent.
        majority_within: accuracy over these cases of naming the most frequent class of each value.
        within: of the stages V, C, U and S; empty where the cases with such values are too few.
    """

    levels: tuple[str, ...]
    majority: float
    null_band: float
    curve: tuple[ColumnPoint, ...]
    alone: Interval
    gain: Interval
    mixed: int
    cases: int
    counting: float
    majority_within: float
    within: tuple[WithinStrata, ...]


@dataclass(frozen=True)
class NuisanceColumn:
    """One further column.

    Attributes:
        outcome: whether the class can be read through it, over all stages.
        says: the same in words, one to three sentences.
        warns: whether that weakens the result.
        reading: None where the column cannot serve as nuisance; `says` has the reason.
    """

    name: str
    outcome: Explained
    says: str
    warns: bool
    reading: ColumnReading | None
