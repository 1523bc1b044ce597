"""What a diagnosis says of a model with a planted lesion, beside what it says of the same model without."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from angiogram.diagnose.judge.fault import first_fault, read_as
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.statistics.decision import LEVEL, holm
from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.terms import Fault, Mode, StageKey, State
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.lesion.subject import Run

# Goes as soon as a diagnosis names faults itself: what the stage accounting's four modes stand for.
# ---------------------------------------------------------------------------------------------------
FAULTS_OF_MODE: Mapping[Mode, tuple[Fault, ...]] = {
    "vision": ("vision",),
    "connector": ("connector",),
    "comprehension": ("hand-over", "language model"),
    "mapping": ("words", "format"),
}


def faults_of(mode: Mode | None) -> tuple[Fault, ...]:
    """The faults that a mode leaves open; none without one."""
    return () if mode is None else FAULTS_OF_MODE[mode]


# ---------------------------------------------------------------------------------------------------
MOST_NAMED = 2


@dataclass(frozen=True)
class Outcome:
    """One diagnosis.

    Attributes:
        lesion: its name; empty for the model as it is.
        planted: what a diagnosis may honestly name, sorted; empty for the model as it is and for a harmless change.
        strength, seed: of the lesion.
        accuracies: of each stage.
        losses: of each mode that was assessed.
        states: of each mode.
        fall: of the answer's accuracy from the model as it is, a fraction.
        unreadable: whether the model can say the classes but does not say what its last token knows; see `told`.
        blurred: whether what is lost may come from detail that is withheld from the encoder; see `detail`.
        diagnosed: the faults that are named, passing over what is present without the lesion too; more than one where
            they cannot be told apart, none where nothing new is found.
        changed: the faults of the first stage that is surely less accurate than in the model as it is, case by case.
    """

    lesion: str
    planted: tuple[Fault, ...]
    strength: float
    seed: int
    accuracies: Mapping[StageKey, float]
    losses: Mapping[Mode, float]
    states: Mapping[Mode, State]
    fall: float
    unreadable: bool
    blurred: bool
    diagnosed: tuple[Fault, ...]
    changed: tuple[Fault, ...]


def names_right(named: Collection[Fault], truth: Collection[Fault]) -> bool:
    """Whether what is named is honest: all of it true, or at most two faults and one of them true.

    >>> names_right(["words"], ["words", "format"]), names_right([], ["words"])
    (True, False)
    >>> names_right(["hand-over", "words"], ["words"]), names_right(["hand-over", "connector", "words"], ["words"])
    (True, False)
    """
    named, truth = set(named), set(truth)
    return bool(named) and (named <= truth or (len(named) <= MOST_NAMED and bool(named & truth)))


def outcome_of(
    run: Run, whole: Run, name: str, strength: float, seed: int, truth: Collection[Fault] = (), paired: bool = True
) -> Outcome:
    """What `run` found, beside the model as it is.

    Args:
        run: with the lesion.
        whole: without.
        name: of the lesion or the harmless change; empty for the model as it is.
        strength, seed: of the lesion.
        truth: what may be named.
        paired: whether both are of the same cases in the same order.
    """
    found = run.found
    accuracies: dict[StageKey, float] = {key: each.value for key, each in found.accounting.accuracies.items()}
    return Outcome(
        lesion=name,
        planted=tuple(sorted(truth)),
        strength=strength,
        seed=seed,
        accuracies=accuracies,
        losses={verdict.mode: verdict.loss.value for verdict in run.verdicts if verdict.loss is not None},
        states={verdict.mode: verdict.state for verdict in run.verdicts},
        fall=whole.found.accounting.accuracies["G"].value - accuracies["G"],
        unreadable=run.unreadable,
        blurred=run.blurred,
        diagnosed=faults_of(
            first_fault(run.verdicts, run.unreadable, present(whole.verdicts), run.blurred and not whole.blurred)
        ),
        changed=faults_of(read_as(first_change(whole.found, found), run.unreadable)) if paired else (),
    )


def present(verdicts: Sequence[Verdict]) -> set[Mode]:
    """Modes that are present."""
    return {verdict.mode for verdict in verdicts if verdict.state == "present"}


def first_change(before: Assessed, after: Assessed) -> Mode | None:
    """The mode of the first of V, C, U and the answer whose accuracy fell, paired, Holm over the four [own].

    None where the lesion makes cases fail, so that the two cannot be paired.
    """
    if len(before.truth) != len(after.truth):
        return None
    ends: dict[Mode, StageKey] = {"vision": "V", "connector": "C", "comprehension": "U", "mapping": "G"}
    falls = [before.resamples.loss(before.readings[key], after.readings[key]) for key in ends.values()]
    adjusted = holm([fall.p_at_most(0.0) for fall in falls])
    return next((mode for mode, p in zip(ends, adjusted, strict=True) if p < LEVEL), None)


def write_outcome(outcome: Outcome, file: Path) -> None:
    """As JSON, whole or not at all."""
    with atomic_file(file) as temporary:
        temporary.write_text(json.dumps(asdict(outcome), indent=1))


def read_outcome(file: Path) -> Outcome:
    """What `write_outcome` wrote.

    Raises:
        InputError: the file is damaged.
    """
    try:
        content: dict[str, Any] = json.loads(file.read_text())
        for each in ("planted", "diagnosed", "changed"):
            content[each] = tuple(content[each])
        return Outcome(**content)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"'{file}' is damaged; delete it, and the suite makes it again.") from error
