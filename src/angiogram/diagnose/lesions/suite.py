"""Lesions of every kind and strength, one diagnosis each: does it find what was planted, and nothing else? [own]"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.data.progress import silent
from angiogram.data.splits import Splits
from angiogram.diagnose.assess import Assessed, assess
from angiogram.diagnose.collect import chosen_batch_size, collect
from angiogram.diagnose.fingerprint import fingerprint
from angiogram.diagnose.lesions.lesion import LESIONS, lesion_named
from angiogram.diagnose.lesions.material import Material as Known
from angiogram.diagnose.lesions.outcome import Outcome, first_change, first_new_alarm, read_outcome, write_outcome
from angiogram.diagnose.lesions.plant import planted
from angiogram.diagnose.material import Material, without_failed
from angiogram.diagnose.plan import Plan, plan
from angiogram.diagnose.reference import Reference
from angiogram.diagnose.run_folder import FEATURES
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.terms import Mode, StageKey, State
from angiogram.files import sha256_of_text
from angiogram.model.load import LoadedModel
from angiogram.probe.evaluate import evaluated_cases
from angiogram.tap.store import FeatureStore
from angiogram.tap.taps import Tap

STRENGTHS = (0.5, 1.0)
SEEDS = (0,)


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
class Suite:
    """All diagnoses of one subject.

    Attributes:
        healthy: of the model as it is.
        assessed: the same in full, from which false alarms are drawn.
        outcomes: of the lesions.
    """

    healthy: Outcome
    assessed: Assessed
    outcomes: tuple[Outcome, ...]


def run_suite(
    subject: Subject,
    out: Path,
    progress: Progress,
    lesions: Sequence[str] = tuple(LESIONS),
    strengths: Sequence[float] = STRENGTHS,
    seeds: Sequence[int] = SEEDS,
) -> Suite:
    """Diagnose the model as it is and with every lesion at every strength and seed.

    What is done is kept in `out`, one file a diagnosis, and not done again; features are kept until then. The same
    subject, lesions, strengths and seeds give the same outcomes.

    Raises:
        InputError: an unknown lesion, a strength outside 0..1, or what a diagnosis refuses.
    """
    for name in lesions:
        lesion_named(name)  # refused before anything runs
    store, planned, whole = _diagnosed(subject, subject.loaded, out, "whole", progress)
    known = _known(subject, planned, store)
    print_of_subject = _print(subject, planned)
    outcomes: list[Outcome] = []
    wanted = list(product(lesions, strengths, seeds))
    for number, (name, strength, seed) in enumerate(wanted, start=1):
        said = f"{name}-{strength:g}-{seed}"
        file = out / "outcomes" / f"{said}-{print_of_subject[:12]}.json"
        if not file.is_file():
            with planted(subject.loaded, name, strength, seed, known) as ill:
                _, _, found = _diagnosed(subject, ill, out, said, silent)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_outcome(_outcome(found, whole, name, strength, seed), file)
            shutil.rmtree(out / said, ignore_errors=True)
        outcomes.append(read_outcome(file))
        progress(f"{subject.loaded.name}: {number}/{len(wanted)} {said}: {_said(outcomes[-1])}")
    return Suite(_outcome(whole, None), whole, tuple(outcomes))


def _diagnosed(
    subject: Subject, loaded: LoadedModel, out: Path, name: str, progress: Progress
) -> tuple[FeatureStore, Plan, Assessed]:
    cases = subject.examined.cases
    asked = np.zeros(len(cases), dtype=bool)
    asked[evaluated_cases(subject.splits.pairs, len(cases))] = True
    whole = plan(loaded, cases, asked)
    planned = Plan(loaded, _stage_taps(whole.taps), whole.tree, asked, whole.prompts)
    folder = out / name / FEATURES
    size = chosen_batch_size(planned, subject.examined, folder, subject.settings.batch_size)
    made = fingerprint(planned, cases, subject.examined.hashes)
    store = collect(planned, subject.examined, made, folder, size, progress)
    if store is None:
        raise ValueError("The suite runs in one process.")
    material = without_failed(Material(subject.examined, subject.splits, subject.reference, store))
    return store, planned, assess(planned, material, subject.settings, progress)


def _stage_taps(taps: Sequence[Tap]) -> tuple[Tap, ...]:
    """Those from which the stages V, C, I and U are read."""
    return tuple(
        tap
        for tap in taps
        if tap.name in ("encoder.out", "llm.norm@last")
        or tap.part == "connector"
        or (tap.part == "llm" and tap.stream == "image")
    )


def _known(subject: Subject, planned: Plan, store: FeatureStore) -> Known:
    """What lesions may know: the class names, and connector features of the cases that teach in the first fold."""
    train, _ = subject.splits.pairs[0]
    taps = [tap.name for tap in planned.taps if tap.part == "connector"]
    features = {name: np.asarray(store.read(name)[train, 0]) for name in taps}
    return Known(planned.tree, features, subject.examined.cases.labels[train])


def _print(subject: Subject, planned: Plan) -> str:
    """Equal where outcomes may be used again."""
    made = fingerprint(planned, subject.examined.cases, subject.examined.hashes)
    reference = subject.reference
    specialist = "none" if reference is None or reference.predicted is None else reference.predicted.tolist()
    pairs = [(train.tolist(), test.tolist()) for train, test in subject.splits.pairs]
    return sha256_of_text(f"{sorted(made.items())}{subject.settings}{specialist}{pairs}")


def _outcome(
    found: Assessed, healthy: Assessed | None, lesion: str = "", strength: float = 0.0, seed: int = 0
) -> Outcome:
    accuracies: dict[StageKey, float] = {key: each.value for key, each in found.accounting.accuracies.items()}
    states: dict[Mode, State] = {v.mode: v.state for v in found.verdicts}
    losses: dict[Mode, float] = {v.mode: v.loss.value for v in found.verdicts if v.loss is not None}
    if healthy is None:
        return Outcome(lesion, None, strength, seed, accuracies, losses, states, 0.0, None, None)
    before: dict[Mode, State] = {v.mode: v.state for v in healthy.verdicts}
    return Outcome(
        lesion=lesion,
        planted=lesion_named(lesion).stage,
        strength=strength,
        seed=seed,
        accuracies=accuracies,
        losses=losses,
        states=states,
        fall=healthy.accounting.accuracies["G"].value - accuracies["G"],
        diagnosed=first_new_alarm(found.verdicts, before),
        changed=first_change(healthy, found),
    )


def _said(outcome: Outcome) -> str:
    found, changed = outcome.diagnosed or "nothing new", outcome.changed or "nothing"
    fall = f"the answer falls by {100 * outcome.fall:.1f} points"
    return f"{fall}, planted {outcome.planted}, found {found}, changed first {changed}"
