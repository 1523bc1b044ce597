"""A model with its cases, and the short diagnosis that a suite of lesions repeats: stages, ladder, verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.account.accounting import Accounting, account
from angiogram.diagnose.collect.fill import chosen_batch_size, collect
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.material import Material, only_clean, without_failed
from angiogram.diagnose.collect.plan import Plan, plan
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.judge.judgement import Judgement, judge
from angiogram.diagnose.judge.modes import Measured
from angiogram.diagnose.judge.said import Said, said_of
from angiogram.diagnose.read.assess import Assessed, assess
from angiogram.diagnose.read.controls import GRID_TAPS, by_grid, read_grid
from angiogram.diagnose.read.told_in_words import probability_when_told
from angiogram.diagnose.repair.climb import climb
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.settings import Settings
from angiogram.model.load import LoadedModel
from angiogram.probe.algebra import algebra_of, computing_in
from angiogram.probe.evaluate import evaluated_cases
from angiogram.tap.store import FEATURES
from angiogram.tap.taps import Tap
from angiogram.threads import matrix_threads


@dataclass(frozen=True)
class Subject:
    """A model with the cases on which it is diagnosed.

    Attributes:
        loaded: the model.
        examined: the cases.
        splits: of them.
        reference: the specialist.
        settings: of every diagnosis.
    """

    loaded: LoadedModel
    examined: Examined
    splits: Splits
    reference: Reference | None
    settings: Settings


@dataclass(frozen=True)
class Run:
    """One short diagnosis.

    Attributes:
        planned: the pass that was made.
        material: the clean cases with what the pass left of them.
        found: what stages and answers read.
        accounting: the losses between the stages.
        ladder: the repairs.
        said: what the answers say of where they fail.
        measured: what the modes are judged by.
        judgement: the verdict.
    """

    planned: Plan
    material: Material
    found: Assessed
    accounting: Accounting
    ladder: Ladder
    said: Said
    measured: Measured
    judgement: Judgement


def diagnose_briefly(subject: Subject, loaded: LoadedModel, folder: Path, progress: Progress) -> Run:
    """Diagnose `loaded`, the subject's own model or one with a lesion, on the subject's cases; features in `folder`."""
    cases, settings = subject.examined.cases, subject.settings
    asked = np.zeros(len(cases), dtype=bool)
    asked[evaluated_cases(subject.splits.pairs, len(cases))] = True
    whole = plan(loaded, cases, asked)
    planned = Plan(loaded, _stage_taps(whole.taps), whole.tree, asked, whole.prompts)
    features = folder / FEATURES
    size = chosen_batch_size(planned, subject.examined, features, settings.batch_size)
    made = fingerprint(planned, cases, subject.examined.hashes)
    store = collect(planned, subject.examined, made, features, size, progress)
    if store is None:
        raise ValueError("A suite of lesions runs in one process.")
    material = only_clean(without_failed(Material(subject.examined, subject.splits, subject.reference, store)))
    with computing_in(algebra_of(str(loaded.device))), matrix_threads(len(cases)):
        found = assess(planned, material, settings, progress)
        ladder = climb(planned, material, found, settings, folder, progress)
        grid = by_grid({tap: read_grid(material, tap, settings.probe) for tap in GRID_TAPS.values()}, found.truth)
    band, unnamed = found.flow.null_band, found.answering.unnamed
    measured = Measured(found.readings, found.resamples, settings.margin, band, grid, unnamed)
    said = said_of(found, probability_when_told(planned, material.examined.cases))
    accounting = account(found.readings, found.resamples)
    judgement = judge(measured, ladder, said)
    return Run(planned, material, found, accounting, ladder, said, measured, judgement)


def _stage_taps(taps: Sequence[Tap]) -> tuple[Tap, ...]:
    """Those from which the stages V, C, I and U are read."""
    return tuple(
        tap
        for tap in taps
        if tap.name in ("encoder.out", "llm.norm@last")
        or tap.part == "connector"
        or (tap.part == "llm" and tap.stream == "image")
    )
