"""How often the diagnosis is right about planted lesions, and how often it cries wolf [own]."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from angiogram.diagnose.judge.modes import Measured, judge_modes
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.statistics.bootstrap import Reading, resample_groups
from angiogram.diagnose.terms import Fault, Mode, StageKey
from angiogram.lesion.outcome import Outcome, names_right, present

FELL = 0.10
"""A lesion counts for the goal where the answer's accuracy falls by so much."""
GRAIN = 1e-9


@dataclass(frozen=True)
class Matrix:
    """Planted against diagnosed faults.

    Attributes:
        planted: the rows: what may honestly be named, each set once.
        diagnosed: the columns: what was named; the empty one is nothing new.
        counts: `[planted][diagnosed]`.
        runs: number of lesions.
        right: share of them that were named right (see `names_right`); None where there are none.
        misled: number of them for which something was named, and not right.
    """

    planted: tuple[tuple[Fault, ...], ...]
    diagnosed: tuple[tuple[Fault, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    runs: int
    right: float | None
    misled: int


def fell(outcome: Outcome) -> bool:
    """Whether the answer's accuracy fell by `FELL` or more."""
    return outcome.fall >= FELL - GRAIN


def confusion(outcomes: Sequence[Outcome], read: Callable[[Outcome], tuple[Fault, ...]]) -> Matrix:
    """Of these lesions; `read` says what was found. The model as it is and harmless changes are left out."""
    pairs = [(outcome.planted, read(outcome)) for outcome in outcomes if outcome.planted]
    rows, columns = (sorted({pair[side] for pair in pairs}, key=_in_order) for side in (0, 1))
    seen = Counter(pairs)
    right = [names_right(named, truth) for truth, named in pairs]
    return Matrix(
        planted=tuple(rows),
        diagnosed=tuple(columns),
        counts=tuple(tuple(seen[row, column] for column in columns) for row in rows),
        runs=len(pairs),
        right=sum(right) / len(pairs) if pairs else None,
        misled=sum(bool(named) and not well for (_, named), well in zip(pairs, right, strict=True)),
    )


def _in_order(faults: tuple[Fault, ...]) -> tuple[bool, list[int]]:
    """Along the flow, nothing last."""
    return not faults, [get_args(Fault).index(fault) for fault in faults]


def false_alarms(assessed: Assessed, before: set[Mode], settings: Settings, draws: int = 100, seed: int = 0) -> int:
    """In how many of `draws` samples of the healthy model's groups a mode is present that is not in `before`.

    At strength 0 the model is the same to the bit, so that another look at the same cases could raise no new alarm.
    What can is chance in the choice of patients: each draw judges the model on as many groups, drawn with replacement
    and each draw a group of its own, and an alarm is new where the set itself raises none.
    """
    _, unit, sizes = np.unique(assessed.groups, return_inverse=True, return_counts=True)
    members = np.split(unit.reshape(-1).argsort(kind="stable"), sizes.cumsum()[:-1])
    alarms = 0
    for draw in range(draws):
        drawn = np.random.default_rng([seed, draw]).integers(len(members), size=len(members))
        rows = np.concatenate([members[number] for number in drawn])
        groups = np.repeat(np.arange(len(drawn)), sizes[drawn])
        left: Mapping[StageKey, Reading] = {
            key: reading[rows] if isinstance(reading, np.ndarray) else reading
            for key, reading in assessed.readings.items()
        }
        resamples = resample_groups(groups, settings.seed, settings.resamples)
        measured = Measured(left, resamples, settings.margin, assessed.flow.null_band)
        alarms += bool(present(judge_modes(measured)) - before)
    return alarms
