"""Every remedy that is tried in a run: the free ones always, those that cost passes where they are asked for."""

import numpy as np

from angiogram.cache import Progress
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import LIKELIHOODS, Plan
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.remedies.free import free_remedies
from angiogram.diagnose.repair.remedies.judged import Judge, judged_together
from angiogram.diagnose.repair.remedies.prompts import QUESTIONS, another_prompt
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.repair.trial_cases import choose_trial
from angiogram.diagnose.settings import Settings
from angiogram.probe.scores import majority
from angiogram.statistics.bootstrap import resample_groups
from angiogram.tap.store import BATCH_SIZE


def try_remedies(
    planned: Plan, material: Material, found: Assessed, settings: Settings, progress: Progress
) -> tuple[Tried, ...]:
    """Try them, each judged out of fold, and a gain corrected for their number.

    Args:
        planned: the pass that filled the store; it asked the model.
        material: see `Material`.
        found: the judgement that the remedies are for.
        settings: `remedies` asks for those that cost passes.
        progress: receives plain lines.
    """
    free = free_remedies(planned, material, found, Judge(found.resamples, settings.margin, majority(found.truth)))
    costly = _prompts(planned, material, settings, progress) if settings.remedies else ()
    return judged_together((*free, *costly), settings.margin)


def _prompts(planned: Plan, material: Material, settings: Settings, progress: Progress) -> tuple[Tried, ...]:
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    examined = material.examined
    trial = choose_trial(examined.cases, material.splits, settings.seed)
    if len(np.unique(examined.cases.groups[trial.judged])) < 2:
        progress(f"no further remedy was tried: {trial.where} are of one group")
        return ()
    draws = resample_groups(examined.cases.groups[trial.judged], settings.seed, settings.resamples)
    judge = Judge(draws, settings.margin, majority(examined.cases.labels[trial.judged]))
    size = int(material.store.fingerprint[BATCH_SIZE])
    asker = Asker(planned.loaded, planned.tree, examined.cases, examined.shapes, planned.prompt, size)
    stored = np.asarray(material.store.read(LIKELIHOODS)[:, 0])  # [N, K]
    return (another_prompt(asker, settings.other_questions or QUESTIONS, stored, trial, judge, progress),)
