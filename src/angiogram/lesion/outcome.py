"""What a diagnosis says of a model with a planted lesion, beside what it says of the same model without."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from angiogram.diagnose.judge.fault import first_fault, read_as
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.statistics.decision import LEVEL, holm
from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.terms import Mode, StageKey, State
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.lesion.lesion import lesion_named
from angiogram.lesion.subject import Run


@dataclass(frozen=True)
class Outcome:
    """One diagnosis.

    Attributes:
        lesion: its name; empty for the model as it is.
        planted: the mode that should be found; None for the model as it is.
        strength, seed: of the lesion.
        accuracies: of each stage.
        losses: of each mode that was assessed.
        states: of each mode.
        fall: of the answer's accuracy from the model as it is, a fraction.
        unreadable: whether the model can say the classes but does not say what its last token knows; see `told`.
        blurred: whether what is lost may come from detail that is withheld from the encoder; see `detail`.
        diagnosed: the mode at fault (see `fault`), passing over what is present without the lesion too.
        changed: the mode of the first stage that is surely less accurate than in the model as it is, case by case; None
            where there is none.
    """

    lesion: str
    planted: Mode | None
    strength: float
    seed: int
    accuracies: Mapping[StageKey, float]
    losses: Mapping[Mode, float]
    states: Mapping[Mode, State]
    fall: float
    unreadable: bool
    blurred: bool
    diagnosed: Mode | None
    changed: Mode | None


def outcome_of(run: Run, whole: Run, lesion: str, strength: float, seed: int) -> Outcome:
    """What `run` found, beside the model as it is; an empty `lesion` is that model itself."""
    found = run.found
    accuracies: dict[StageKey, float] = {key: each.value for key, each in found.accounting.accuracies.items()}
    return Outcome(
        lesion=lesion,
        planted=lesion_named(lesion).stage if lesion else None,
        strength=strength,
        seed=seed,
        accuracies=accuracies,
        losses={verdict.mode: verdict.loss.value for verdict in run.verdicts if verdict.loss is not None},
        states={verdict.mode: verdict.state for verdict in run.verdicts},
        fall=whole.found.accounting.accuracies["G"].value - accuracies["G"],
        unreadable=run.unreadable,
        blurred=run.blurred,
        diagnosed=first_fault(run.verdicts, run.unreadable, present(whole.verdicts), run.blurred and not whole.blurred),
        changed=read_as(first_change(whole.found, found), run.unreadable),
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
        return Outcome(**content)
    except (ValueError, TypeError) as error:
        raise InputError(f"'{file}' is damaged; delete it, and the suite makes it again.") from error
