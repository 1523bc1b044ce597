"""What a diagnosis says of a model with a planted lesion, beside what it says of the same model without."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from angiogram.compare.assessed import assessed_run
from angiogram.compare.locate import locate as compared
from angiogram.diagnose.judge.locate import locate
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.read.told_in_words import Speech
from angiogram.diagnose.repair.rung import Outcome as RungOutcome
from angiogram.diagnose.repair.rung import Place
from angiogram.diagnose.terms import Fault, Mode, StageKey, State
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.lesion.subject import Run

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
        told: whether the model says the classes when it is told them.
        rungs: what each repair did.
        diagnosed: the faults that are named, passing over what is present without the lesion too; more than one where
            they cannot be told apart, none where nothing new is found.
        printed: the faults that the page names, whatever is present without the lesion.
        changed: the faults that a comparison with the model as it is names; see `compare.locate`.
    """

    lesion: str
    planted: tuple[Fault, ...]
    strength: float
    seed: int
    accuracies: Mapping[StageKey, float]
    losses: Mapping[Mode, float]
    states: Mapping[Mode, State]
    fall: float
    told: Speech
    rungs: Mapping[Place, RungOutcome]
    diagnosed: tuple[Fault, ...]
    printed: tuple[Fault, ...]
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
    accuracies: dict[StageKey, float] = {key: each.value for key, each in run.accounting.accuracies.items()}
    verdicts = run.judgement.verdicts
    return Outcome(
        lesion=name,
        planted=tuple(sorted(truth)),
        strength=strength,
        seed=seed,
        accuracies=accuracies,
        losses={verdict.mode: verdict.loss.value for verdict in verdicts if verdict.loss is not None},
        states={verdict.mode: verdict.state for verdict in verdicts},
        fall=whole.accounting.accuracies["G"].value - accuracies["G"],
        told=run.said.told,
        rungs={rung.place: rung.outcome for rung in run.ladder.rungs},
        diagnosed=_new(run, whole),
        printed=run.judgement.located.fault,
        changed=_changed(run, whole) if paired else (),
    )


def present(verdicts: Sequence[Verdict]) -> set[Mode]:
    """Modes that are present."""
    return {verdict.mode for verdict in verdicts if verdict.state == "present"}


def _new(run: Run, whole: Run) -> tuple[Fault, ...]:
    """The fault, passing over what is present without the lesion too."""
    known = present(whole.judgement.verdicts)
    left = [verdict for verdict in run.judgement.verdicts if verdict.mode not in known]
    found = locate(left, run.ladder, run.said, run.accounting.total)
    return () if found.spread and whole.judgement.located.spread else found.fault


def _changed(run: Run, whole: Run) -> tuple[Fault, ...]:
    """None where the lesion makes cases fail, so that the two cannot be paired."""
    before, after = (assessed_run(each.planned, each.material, each.found) for each in (whole, run))
    if len(before.evaluated) != len(after.evaluated):
        return ()
    return compared(before, after).fault


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
        for each in ("planted", "diagnosed", "printed", "changed"):
            content[each] = tuple(content[each])
        return Outcome(**content)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"'{file}' is damaged; delete it, and the suite makes it again.") from error
