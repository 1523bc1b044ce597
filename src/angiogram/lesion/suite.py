"""Lesions of every kind and strength, one diagnosis each: does it find what was planted, and nothing else? [own]"""

import shutil
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np

from angiogram.cache import Progress
from angiogram.data.progress import silent
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.files import sha256, sha256_of_text
from angiogram.lesion.alarms import false_alarms
from angiogram.lesion.evidence import Evidence, evidence_of, read_evidence, write_evidence
from angiogram.lesion.harmless.change import harmless_named, unharmed
from angiogram.lesion.lesion import lesion_named
from angiogram.lesion.material import Material
from angiogram.lesion.outcome import Outcome, outcome_of
from angiogram.lesion.plant import planted, put_to
from angiogram.lesion.subject import Run, Subject, diagnose_briefly
from angiogram.seed import check_seed

STRENGTHS = (0.5, 1.0)
SEEDS = (0,)
ROOMS_LEFT_OUT = (
    "diagnose/cause/", "diagnose/picture/", "diagnose/repair/remedies/", "diagnose/run.py", "diagnose/tell/",
    "lesion/table.py",
)  # fmt: skip
JUDGING = (
    "diagnose/judge/behind_connector.py", "diagnose/judge/believed.py", "diagnose/judge/locate.py",
    "diagnose/judge/located.py", "diagnose/judge/spread.py", "lesion/alarms.py", "lesion/matrix.py",
    "lesion/outcome.py", "lesion/summary.py",
)  # fmt: skip


@dataclass(frozen=True)
class Suite:
    """All diagnoses of one subject.

    Attributes:
        healthy: of the model as it is.
        alarms: in how many of `DRAWS` draws of its patients something else is named; see `false_alarms`.
        outcomes: of the lesions.
        harmless: of the changes that harm nothing.
        left_out: why a lesion or a change could not be made in this model or on these cases, a sentence each.
    """

    healthy: Outcome
    alarms: int
    outcomes: tuple[Outcome, ...]
    harmless: tuple[Outcome, ...] = ()
    left_out: tuple[str, ...] = ()


def run_suite(
    subject: Subject,
    out: Path,
    progress: Progress,
    lesions: Sequence[str],
    strengths: Sequence[float] = STRENGTHS,
    seeds: Sequence[int] = SEEDS,
    harmless: Sequence[str] = (),
) -> Suite:
    """Diagnose the model as it is, with every lesion at every strength and seed, and after every harmless change.

    A lesion that draws nothing is planted with the first seed alone, one that is not graded at strength 1 alone. What
    has no place in this model or in these cases is left out, with the reason. What is done is kept in `out`, one file a
    diagnosis, and not done again, save that verdicts are reached anew; features are kept until then. The same subject,
    lesions, strengths and seeds give the same outcomes.

    Args:
        subject: the model with its cases.
        out: folder of the evidence.
        progress: receives plain lines.
        lesions: names; `lesions_of` has those of a part.
        strengths: of each lesion that is graded.
        seeds: of what each lesion draws.
        harmless: names in `HARMLESS`.

    Raises:
        InputError: see `check_suite`, and what a diagnosis refuses.
    """
    check_suite(lesions, strengths, seeds, harmless)
    code = digest_of_code(judging=False)
    whole = diagnose_briefly(subject, subject.loaded, out / f"whole-{code[:12]}", progress)
    known, print_of_subject = _known(subject, whole), _print(subject, whole, code)
    healthy, wanted = evidence_of(whole, whole), _wanted(lesions, strengths, seeds)
    rooms = [
        (f"{name}-{strength!r}-{seed}", _Room(name, strength, seed, tuple(sorted(lesion_named(name).truth))))
        for name, strength, seed in wanted
    ] + [(name, _Room(name, 0.0, 0, None)) for name in harmless]
    found: list[tuple[_Room, Outcome]] = []
    left_out: list[str] = []
    for number, (said, room) in enumerate(rooms, start=1):
        features = out / f"{said}-{print_of_subject[:12]}"
        file = out / "evidence" / f"{features.name}.json"
        if not file.is_file():
            with ExitStack() as stack:
                try:
                    ill = stack.enter_context(room.enter(subject, known))
                except InputError as error:
                    left_out.append(f"{said}: {error}")
                    progress(f"{subject.loaded.name}: {number}/{len(rooms)} {said} is left out: {error}")
                    continue
                run = diagnose_briefly(ill, ill.loaded, features, silent)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_evidence(evidence_of(run, whole, room.paired), file)
            shutil.rmtree(features, ignore_errors=True)
        found.append((room, room.outcome(read_evidence(file), healthy)))
        progress(f"{subject.loaded.name}: {number}/{len(rooms)} {said}: {_said(found[-1][1])}")
    return Suite(
        outcome_of(healthy, healthy, "", 0.0, 0),
        false_alarms(whole, subject.settings),
        tuple(outcome for room, outcome in found if room.truth is not None),
        tuple(outcome for room, outcome in found if room.truth is None),
        tuple(left_out),
    )


@dataclass(frozen=True)
class _Room:
    """One subject to be diagnosed.

    Attributes:
        name: of a lesion or a harmless change.
        strength, seed: of the lesion.
        truth: what may be named; None for a harmless change.
    """

    name: str
    strength: float
    seed: int
    truth: tuple[Fault, ...] | None

    @contextmanager
    def enter(self, subject: Subject, known: Material) -> Generator[Subject]:
        """The subject with the lesion or the change."""
        if self.truth is None:
            with unharmed(subject, self.name) as changed:
                yield changed
            return
        cases = put_to(subject.examined.cases, self.name, self.strength, self.seed)
        with planted(subject.loaded, self.name, self.strength, self.seed, known) as ill:
            yield replace(subject, loaded=ill, examined=subject.examined._replace(cases=cases))

    @property
    def paired(self) -> bool:
        """Whether its cases are those of the subject, in their order."""
        return self.truth is not None or harmless_named(self.name).paired

    def outcome(self, evidence: Evidence, healthy: Evidence) -> Outcome:
        """What was found."""
        return outcome_of(evidence, healthy, self.name, self.strength, self.seed, self.truth or ())


def _wanted(lesions: Sequence[str], strengths: Sequence[float], seeds: Sequence[int]) -> list[tuple[str, float, int]]:
    """Each lesion at each of its strengths and seeds."""
    found: list[tuple[str, float, int]] = []
    for name in lesions:
        lesion = lesion_named(name)
        found += product((name,), strengths if lesion.graded else (1.0,), seeds if lesion.draws else seeds[:1])
    return found


def check_suite(
    lesions: Sequence[str], strengths: Sequence[float], seeds: Sequence[int], harmless: Sequence[str] = ()
) -> None:
    """Refuse what `run_suite` would, before anything is loaded.

    Raises:
        InputError: an unknown lesion or harmless change, a strength outside 0..1, a seed out of range, nothing at all,
            or something twice.
    """
    if not lesions and not harmless:
        raise InputError("A suite needs at least one lesion or harmless change.")
    for what, given in (("strength", strengths), ("seed", seeds)):
        if not given:
            raise InputError(f"A suite needs at least one {what}.")
    for what, given in (
        ("lesion", lesions), ("harmless change", harmless), ("strength", strengths), ("seed", seeds),
    ):  # fmt: skip
        if twice := [one for number, one in enumerate(given) if one in given[:number]]:
            raise InputError(f"The {what} {twice[0]} is given twice.")
    for name in lesions:
        lesion_named(name)
    for name in harmless:
        harmless_named(name)
    for strength in strengths:
        if not 0 < strength <= 1:
            raise InputError(f"The strength of a lesion must be above 0 and at most 1, not {strength}.")
    for seed in seeds:
        check_seed(seed)


def _known(subject: Subject, whole: Run) -> Material:
    """What lesions may know: the class names, and connector features of the cases that teach in the first fold."""
    train, _ = subject.splits.pairs[0]
    taps = [tap.name for tap in whole.planned.taps if tap.part == "connector"]
    features = {name: np.asarray(whole.material.store.read(name)[train]) for name in taps}
    return Material(whole.planned.tree, features, subject.examined.cases.labels[train])


def _print(subject: Subject, whole: Run, code: str) -> str:
    """Equal where outcomes may be used again."""
    made = fingerprint(whole.planned, subject.examined.cases, subject.examined.hashes)
    reference = subject.reference
    specialist = None if reference is None else reference.accuracy or np.asarray(reference.predicted).tolist()
    pairs = [(train.tolist(), test.tolist()) for train, test in subject.splits.pairs]
    return sha256_of_text(f"{sorted(made.items())}{subject.settings}{specialist}{pairs}{code}")


@cache
def digest_of_code(*, judging: bool) -> str:
    """One digest of the code of a suite: what two versions found is not put together unawares.

    Without rooms that a short diagnosis does not enter.

    Args:
        judging: whether what judges the evidence counts; evidence is judged anew whenever it is read.
    """
    left_out = ROOMS_LEFT_OUT if judging else (*ROOMS_LEFT_OUT, *JUDGING)
    package = Path(str(files("angiogram")))
    rooms = ("answer", "compare", "data", "diagnose", "imaging", "lesion", "model", "probe", "tap")
    found = [path for room in rooms for path in (package / room).rglob("*.py")]
    kept = [path for path in found if not path.relative_to(package).as_posix().startswith(left_out)]
    return sha256_of_text("".join(sha256(path) for path in sorted(kept)))


def _said(outcome: Outcome) -> str:
    found, changed = " or ".join(outcome.diagnosed) or "nothing new", " or ".join(outcome.changed) or "nothing"
    fall = f"the answer falls by {100 * outcome.fall:.1f} points"
    return f"{fall}, planted {' or '.join(outcome.planted) or 'nothing'}, found {found}, changed first {changed}"
