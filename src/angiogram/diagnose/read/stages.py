"""The points of the accounting: which class each stage names for each evaluated case."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.read.measured import Stage
from angiogram.diagnose.terms import STAGES, StageKey
from angiogram.statistics.bootstrap import Reading
from angiogram.statistics.interval import Interval

TITLES: dict[StageKey, str] = {
    "R": "specialist",
    "V": "encoder's end",
    "C": "connector's output",
    "I": "best image-token layer",
    "U": "last token",
    "S": "answer by likelihood",
    "G": "answer in words",
}


@dataclass(frozen=True)
class Named:
    """What one stage names.

    Attributes:
        predicted: class index of each evaluated case `[n]`, negative where none was named; None for a plain number.
        number: the accuracy where only that is known.
        tap: where a probe read it, None for specialist and answers.
        note: how it was obtained, one sentence.
    """

    predicted: NDArray[np.int64] | None
    note: str
    tap: str | None = None
    number: float | None = None

    def reading(self, labels: NDArray[np.int64]) -> Reading:
        """Which cases are right `[n]`, or the plain number."""
        if self.predicted is not None:
            return self.predicted == labels
        if self.number is None:
            raise ValueError("A stage needs predictions or a number.")
        return self.number


def named_reference(reference: Reference) -> Named:
    """Stage R."""
    return Named(reference.predicted, f"{reference.source}.", number=reference.accuracy)


def stages(named: Mapping[StageKey, Named], accuracies: Mapping[StageKey, Interval]) -> tuple[Stage, ...]:
    """All seven stages for the report; those that were not measured have no accuracy."""
    shown: list[Stage] = []
    for key in STAGES:
        stage = named.get(key)
        shown.append(
            Stage(
                key=key,
                title=TITLES[key],
                tap=stage.tap if stage else None,
                accuracy=accuracies.get(key),
                note=stage.note if stage else "not measured",
            )
        )
    return tuple(shown)
