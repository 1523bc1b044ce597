"""The features of two runs held against each other: where they begin to differ, and what the baseline's probes read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from angiogram.compare.difference import FirstDifference, difference_at, first_difference
from angiogram.compare.kept import KeptFeatures, ReadRun
from angiogram.compare.matching import matched_cases
from angiogram.compare.reader import FrozenReading, frozen_reading, same_prompt
from angiogram.diagnose.terms import StageKey

SLIGHT = 0.1
"""A difference at the connector's output, in units of the spread over the cases, that moves no token far."""


@dataclass(frozen=True)
class Read:
    """What the features of both runs say together.

    Attributes:
        first: where they begin to differ.
        frozen: what the baseline's probes read in both.
        guess: accuracy of the commonest class.
        slight: whether they hardly differ at the connector's output.
        asked_alike: whether both were asked the same.
    """

    first: FirstDifference
    frozen: FrozenReading
    guess: float
    slight: bool
    asked_alike: bool


def read_together(before: ReadRun, after: ReadRun) -> Read | None:
    """Hold the features of both runs against each other; None where a run kept none.

    Raises:
        InputError: the runs evaluated different cases; says which.
    """
    matched_cases(before.evaluated, after.evaluated)
    old, new = before.features, after.features
    if old is None or new is None:
        return None
    if old.evaluated != before.evaluated:
        raise ValueError("The features of a run must be of the cases that it evaluated, in their order.")
    ids = before.evaluated
    return Read(
        first=first_difference(old, new, ids),
        frozen=frozen_reading(old, new, ids, before.resamples),
        guess=float(np.bincount(old.labels[old.rows_of(ids)]).max()) / len(ids),
        slight=_slight(old, new, ids),
        asked_alike=same_prompt(old, new),
    )


def blind(read: Read | None) -> frozenset[StageKey]:
    """Stages at which the baseline's probe is not shown to read more than the commonest class: it cannot fall there."""
    stages = () if read is None else read.frozen.stages
    found: set[StageKey] = {stage.key for stage in stages if read and stage.before.low <= read.guess}
    return frozenset(found)


def _slight(before: KeptFeatures, after: KeptFeatures, ids: Sequence[str]) -> bool:
    tap = before.read_at.get("C")
    return tap is not None and tap in after.taps and difference_at(before, after, ids, tap) < SLIGHT
