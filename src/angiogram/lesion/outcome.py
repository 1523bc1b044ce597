"""What a diagnosis says of a model with a planted lesion, beside what it says of the same model without."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from angiogram.diagnose.judge.locate import locate
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.read.told_in_words import Speech
from angiogram.diagnose.repair.rung import Outcome as RungOutcome
from angiogram.diagnose.repair.rung import Place
from angiogram.diagnose.terms import Fault, Mode, StageKey, State
from angiogram.lesion.evidence import Evidence

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
        printed: the faults that the page names, or among which it says that a loss is spread, whatever is present
            without the lesion.
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
    evidence: Evidence, whole: Evidence, name: str, strength: float, seed: int, truth: Collection[Fault] = ()
) -> Outcome:
    """What a diagnosis says, beside that of the model as it is.

    Args:
        evidence: with the lesion.
        whole: without.
        name: of the lesion or the harmless change; empty for the model as it is.
        strength, seed: of the lesion.
        truth: what may be named.
    """
    verdicts, accuracies = evidence.verdicts, dict(evidence.accuracies)
    located = _located(evidence, verdicts)
    return Outcome(
        lesion=name,
        planted=tuple(sorted(truth)),
        strength=strength,
        seed=seed,
        accuracies=accuracies,
        losses={verdict.mode: verdict.loss.value for verdict in verdicts if verdict.loss is not None},
        states={verdict.mode: verdict.state for verdict in verdicts},
        fall=dict(whole.accuracies)["G"] - accuracies["G"],
        told=evidence.said.told,
        rungs={rung.place: rung.outcome for rung in evidence.ladder.rungs},
        diagnosed=_new(evidence, whole),
        printed=(*located.fault, *located.among),
        changed=evidence.changed,
    )


def present(verdicts: Sequence[Verdict]) -> set[Mode]:
    """Modes that are present."""
    return {verdict.mode for verdict in verdicts if verdict.state == "present"}


def _new(evidence: Evidence, whole: Evidence) -> tuple[Fault, ...]:
    """The fault, passing over what is present without the lesion too."""
    known = present(whole.verdicts)
    found = _located(evidence, [verdict for verdict in evidence.verdicts if verdict.mode not in known])
    return () if found.spread and _located(whole, whole.verdicts).spread else found.fault


def _located(evidence: Evidence, verdicts: Sequence[Verdict]) -> Located:
    return locate(verdicts, evidence.ladder, evidence.said, evidence.total)
