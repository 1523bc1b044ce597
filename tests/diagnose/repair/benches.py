"""A bench over few cases, as a run of the diagnosis would make it."""

import numpy as np

from angiogram.data.splits import assign
from angiogram.diagnose.repair.asking import Asker, nothing
from angiogram.diagnose.repair.bench import Bench, answered
from angiogram.diagnose.repair.trial_cases import choose_trial
from angiogram.statistics.bootstrap import resample_groups


def bench_of(asker: Asker, taught: int = 48, judged: int = 48) -> Bench:
    """So many cases teach and are judged; a probe is taken to read all of the judged ones."""
    trial = choose_trial(asker.cases, assign(asker.cases, 5, 0), 0, taught)
    trial = type(trial)(trial.taught, trial.judged[:judged], trial.where)
    groups = asker.cases.groups[trial.judged]
    before = answered(asker, trial, nothing, 8)
    scores = asker.likelihoods(trial.taught)
    return Bench(asker, trial, before, scores, np.ones(len(groups), bool), resample_groups(groups, 0, 500), 8, 0.05)
