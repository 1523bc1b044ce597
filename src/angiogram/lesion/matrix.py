"""How often the diagnosis is right about planted lesions, and how often it cries wolf [own]."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from angiogram.diagnose.judge.fault import first_fault
from angiogram.diagnose.judge.verdicts import verdicts
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.statistics.bootstrap import Reading, resample_groups
from angiogram.diagnose.terms import MODES, Mode, StageKey
from angiogram.lesion.outcome import Outcome, present

FELL = 0.10
"""A lesion counts for the goal where the answer's accuracy falls by so much."""
GRAIN = 1e-9


@dataclass(frozen=True)
class Matrix:
    """Planted against diagnosed stage.

    Attributes:
        counts: `[planted mode][diagnosed mode, last: nothing new]`.
        runs: number of lesions.
        right: share of them with the right stage; None where there are none.
    """

    counts: tuple[tuple[int, ...], ...]
    runs: int
    right: float | None

    @property
    def misled(self) -> int:
        """Number of lesions for which another stage than the planted is named."""
        named = np.array(self.counts)[:, : len(MODES)]
        return int(named.sum() - np.trace(named))


def fell(outcome: Outcome) -> bool:
    """Whether the answer's accuracy fell by `FELL` or more."""
    return outcome.fall >= FELL - GRAIN


def confusion(outcomes: Sequence[Outcome], read: Callable[[Outcome], Mode | None]) -> Matrix:
    """Of these lesions; `read` says what was found."""
    counts = np.zeros((len(MODES), len(MODES) + 1), dtype=np.int64)
    for outcome in outcomes:
        if outcome.planted is not None:
            found = read(outcome)
            counts[MODES.index(outcome.planted), len(MODES) if found is None else MODES.index(found)] += 1
    runs = int(counts.sum())
    right = float(np.trace(counts) / runs) if runs else None
    return Matrix(tuple(tuple(int(c) for c in row) for row in counts), runs, right)


def false_alarms(
    assessed: Assessed, unreadable: bool, settings: Settings, draws: int = 100, seed: int = 0
) -> tuple[Mode | None, ...]:
    """The mode at fault that is new, on each of `draws` samples of the healthy model's groups; None where none is.

    At strength 0 the model is the same to the bit, so that another look at the same cases could raise no new alarm.
    What can is chance in the choice of patients: each draw judges the model on as many groups, drawn with replacement
    and each draw a group of its own, and an alarm is new where the set itself raises none.
    """
    before = present(assessed.verdicts)
    _, unit, sizes = np.unique(assessed.groups, return_inverse=True, return_counts=True)
    members = np.split(unit.reshape(-1).argsort(kind="stable"), sizes.cumsum()[:-1])
    found: list[Mode | None] = []
    for draw in range(draws):
        drawn = np.random.default_rng([seed, draw]).integers(len(members), size=len(members))
        rows = np.concatenate([members[number] for number in drawn])
        groups = np.repeat(np.arange(len(drawn)), sizes[drawn])
        left: Mapping[StageKey, Reading] = {
            key: reading[rows] if isinstance(reading, np.ndarray) else reading
            for key, reading in assessed.readings.items()
        }
        resamples = resample_groups(groups, settings.seed, settings.resamples)
        judged = verdicts(left, resamples, settings.margin, null_band=assessed.flow.null_band)
        found.append(first_fault(judged, unreadable, before))
    return tuple(found)
