"""How often the diagnosis cries wolf: what chance in the choice of patients alone makes it name. [own]"""

from collections.abc import Generator, Mapping
from dataclasses import replace

import numpy as np

from angiogram.diagnose.judge.judgement import judge
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.terms import StageKey
from angiogram.lesion.subject import Run
from angiogram.statistics.bootstrap import Reading, resample_groups

DRAWS = 100


def false_alarms(whole: Run, settings: Settings, draws: int = DRAWS, seed: int = 0) -> int:
    """In how many of `draws` samples of the model's patients a fault is named that all of them do not speak of.

    All of them speak of what is named, and of what a loss may be that is spread over too many stages to be named.

    At strength 0 the model is the same to the bit, so that another look at the same cases could raise no new alarm.
    What can is chance in the choice of patients: each draw judges the model on as many groups, drawn with replacement
    and each draw a group of its own. Losses are those of the drawn cases; what repairs brought back, and what the model
    says when it is told, stay as they are.
    """
    located = whole.judgement.located
    known = {*located.fault, *located.among}
    alarms = 0
    for measured in _drawn(whole.measured, settings, draws, seed):
        found = judge(measured, _losing(whole.ladder, measured), whole.said)
        alarms += not {*found.located.fault, *found.located.among} <= known
    return alarms


def _drawn(measured: Measured, settings: Settings, draws: int, seed: int) -> Generator[Measured]:
    own = measured.resamples.groups
    members = [np.flatnonzero(own == group) for group in range(own.max() + 1)]
    for draw in range(draws):
        chosen = np.random.default_rng([seed, draw]).integers(len(members), size=len(members))
        rows = np.concatenate([members[number] for number in chosen])
        groups = np.repeat(np.arange(len(chosen)), [len(members[number]) for number in chosen])
        readings: Mapping[StageKey, Reading] = {
            key: reading[rows] if isinstance(reading, np.ndarray) else reading
            for key, reading in measured.readings.items()
        }
        yield replace(
            measured,
            readings=readings,
            resamples=resample_groups(groups, settings.seed, settings.resamples),
            grid={key: right[rows] for key, right in measured.grid.items()},
            unnamed=None if measured.unnamed is None else measured.unnamed[rows],
        )


def _losing(ladder: Ladder, measured: Measured) -> Ladder:
    """The ladder, with what the answers of these cases lose against the better probe behind the encoder."""
    target = max((measured.readings[key] for key in ("C", "U")), key=np.mean)
    likelihood, words = (measured.resamples.loss(target, measured.readings[key]).interval() for key in ("S", "G"))
    return replace(ladder, likelihood=likelihood, words=words)
