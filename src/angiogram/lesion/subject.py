"""A model with its cases, and the short diagnosis that a suite of lesions repeats: stages and verdicts, no controls."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.collect.fill import chosen_batch_size, collect
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.material import Material, only_clean, without_failed
from angiogram.diagnose.collect.plan import Plan, plan
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.judge.behind import lost_behind_connector
from angiogram.diagnose.judge.position import TAPS, weigh_position
from angiogram.diagnose.read.assess import Assessed, assess
from angiogram.diagnose.read.controls import read_grid
from angiogram.diagnose.read.modulation_transfer import detail_kept, suspected
from angiogram.diagnose.read.told import Speech, probability_when_told, speech, unreadable
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.model.load import LoadedModel
from angiogram.probe.evaluate import evaluated_cases
from angiogram.tap.store import FEATURES, FeatureStore
from angiogram.tap.taps import Tap


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
        store: what it left.
        found: the judgement of the stages.
        verdicts: of the clean cases, after position was weighed, as a diagnosis does.
        unreadable: see `told.unreadable`.
        blurred: see `detail.suspected`.
    """

    planned: Plan
    store: FeatureStore
    found: Assessed
    verdicts: tuple[Verdict, ...]
    unreadable: bool
    blurred: bool


def diagnose_briefly(subject: Subject, loaded: LoadedModel, folder: Path, progress: Progress) -> Run:
    """Diagnose `loaded`, the subject's own model or one with a lesion, on the subject's cases; features in `folder`."""
    cases = subject.examined.cases
    asked = np.zeros(len(cases), dtype=bool)
    asked[evaluated_cases(subject.splits.pairs, len(cases))] = True
    whole = plan(loaded, cases, asked)
    planned = Plan(loaded, _stage_taps(whole.taps), whole.tree, asked, whole.prompts)
    features = folder / FEATURES
    size = chosen_batch_size(planned, subject.examined, features, subject.settings.batch_size)
    made = fingerprint(planned, cases, subject.examined.hashes)
    store = collect(planned, subject.examined, made, features, size, progress)
    if store is None:
        raise ValueError("A suite of lesions runs in one process.")
    material = only_clean(without_failed(Material(subject.examined, subject.splits, subject.reference, store)))
    found = assess(planned, material, subject.settings, progress)
    settings, accuracies, null_band = subject.settings, found.accounting.accuracies, found.flow.null_band
    judged = weigh_position(
        found.verdicts, found, {tap: read_grid(material, tap, settings.probe) for tap in TAPS.values()}, settings
    )
    lost = lost_behind_connector(judged, accuracies)
    can: Speech = "unclear"
    if lost is not None and lost.mode == "mapping":  # else the control would change nothing
        can = speech(probability_when_told(planned, cases), len(cases.classes))
    blurred = suspected(judged, accuracies, null_band, detail_kept(loaded, cases))
    return Run(planned, store, found, judged, unreadable(judged, accuracies, can), blurred)


def _stage_taps(taps: Sequence[Tap]) -> tuple[Tap, ...]:
    """Those from which the stages V, C, I and U are read."""
    return tuple(
        tap
        for tap in taps
        if tap.name in ("encoder.out", "llm.norm@last")
        or tap.part == "connector"
        or (tap.part == "llm" and tap.stream == "image")
    )
