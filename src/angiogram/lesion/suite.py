"""Lesions of every kind and strength, one diagnosis each: does it find what was planted, and nothing else? [own]"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np

from angiogram.cache import Progress
from angiogram.data.progress import silent
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.read.assess import Assessed
from angiogram.errors import InputError
from angiogram.files import sha256, sha256_of_text
from angiogram.lesion.lesion import LESIONS, lesion_named
from angiogram.lesion.material import Material
from angiogram.lesion.outcome import Outcome, outcome_of, read_outcome, write_outcome
from angiogram.lesion.plant import planted
from angiogram.lesion.subject import Run, Subject, diagnose_briefly
from angiogram.seed import check_seed

STRENGTHS = (0.5, 1.0)
SEEDS = (0,)


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

    A lesion that draws nothing is planted with the first seed alone. What is done is kept in `out`, one file a
    diagnosis, and not done again; features are kept until then. The same subject, lesions, strengths and seeds give the
    same outcomes.

    Raises:
        InputError: see `check_suite`, and what a diagnosis refuses.
    """
    check_suite(lesions, strengths, seeds)
    whole = diagnose_briefly(subject, subject.loaded, out / f"whole-{_code()[:12]}", progress)
    known, print_of_subject = _known(subject, whole), _print(subject, whole)
    outcomes: list[Outcome] = []
    wanted = [each for each in product(lesions, strengths, seeds) if lesion_named(each[0]).draws or each[2] == seeds[0]]
    for number, (name, strength, seed) in enumerate(wanted, start=1):
        said = f"{name}-{strength!r}-{seed}"
        features = out / f"{said}-{print_of_subject[:12]}"
        file = out / "outcomes" / f"{features.name}.json"
        if not file.is_file():
            with planted(subject.loaded, name, strength, seed, known) as ill:
                found = diagnose_briefly(subject, ill, features, silent)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_outcome(outcome_of(found, whole, name, strength, seed), file)
            shutil.rmtree(features, ignore_errors=True)
        outcomes.append(read_outcome(file))
        progress(f"{subject.loaded.name}: {number}/{len(wanted)} {said}: {_said(outcomes[-1])}")
    return Suite(outcome_of(whole, whole, "", 0.0, 0), whole.found, tuple(outcomes))


def check_suite(lesions: Sequence[str], strengths: Sequence[float], seeds: Sequence[int]) -> None:
    """Refuse what `run_suite` would, before anything is loaded.

    Raises:
        InputError: an unknown lesion, a strength outside 0..1, a seed out of range, nothing at all, or something twice.
    """
    for what, given in (("lesion", lesions), ("strength", strengths), ("seed", seeds)):
        if not given:
            raise InputError(f"A suite needs at least one {what}.")
        if twice := [one for number, one in enumerate(given) if one in given[:number]]:
            raise InputError(f"The {what} {twice[0]} is given twice.")
    for name in lesions:
        lesion_named(name)
    for strength in strengths:
        if not 0 < strength <= 1:
            raise InputError(f"The strength of a lesion must be above 0 and at most 1, not {strength}.")
    for seed in seeds:
        check_seed(seed)


def _known(subject: Subject, whole: Run) -> Material:
    """What lesions may know: the class names, and connector features of the cases that teach in the first fold."""
    train, _ = subject.splits.pairs[0]
    taps = [tap.name for tap in whole.planned.taps if tap.part == "connector"]
    features = {name: np.asarray(whole.store.read(name)[train]) for name in taps}
    return Material(whole.planned.tree, features, subject.examined.cases.labels[train])


def _print(subject: Subject, whole: Run) -> str:
    """Equal where outcomes may be used again."""
    made = fingerprint(whole.planned, subject.examined.cases, subject.examined.hashes)
    reference = subject.reference
    specialist = None if reference is None else reference.accuracy or np.asarray(reference.predicted).tolist()
    pairs = [(train.tolist(), test.tolist()) for train, test in subject.splits.pairs]
    return sha256_of_text(f"{sorted(made.items())}{subject.settings}{specialist}{pairs}{_code()}")


@cache
def _code() -> str:
    """One digest of the code that a diagnosis is made by: its outcomes are not those of another version."""
    package = files("angiogram")
    rooms = ("answer", "data", "diagnose", "imaging", "model", "probe", "tap")
    found = [path for room in rooms for path in Path(str(package / room)).rglob("*.py")]
    return sha256_of_text("".join(sha256(path) for path in sorted(found)))


def _said(outcome: Outcome) -> str:
    found, changed = outcome.diagnosed or "nothing new", outcome.changed or "nothing"
    fall = f"the answer falls by {100 * outcome.fall:.1f} points"
    return f"{fall}, planted {outcome.planted}, found {found}, changed first {changed}"
