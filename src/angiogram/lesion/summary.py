"""What the lesions of one subject or several say about the diagnosis, in numbers."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from angiogram.files import atomic_file
from angiogram.lesion.alarms import DRAWS
from angiogram.lesion.lesion import Half, lesion_named
from angiogram.lesion.matrix import Matrix, confusion, fell
from angiogram.lesion.outcome import Outcome
from angiogram.lesion.suite import Suite

FILE = "lesions.json"


@dataclass(frozen=True)
class Summary:
    """The suite's result.

    Attributes:
        verdict: planted against what the lesioned model's own diagnosis names, where the answer fell.
        tuning, frozen, balanced: the same of each part of the kinds.
        change: planted against the first stage that surely fell, in a comparison with the model as it is,
            where the answer fell.
        weak: as `verdict`, of the lesions after which the answer fell less.
        healthy: share of the subjects of which a fault is named without a lesion.
        harmless: share of the harmless changes after which something new is named; None where none was made.
        false_alarms: share of the draws of patients in which a fault is named of the model as it is that is not named
            of all patients.
        draws: number of these.
        runs: number of lesioned diagnoses.
    """

    verdict: Matrix
    tuning: Matrix
    frozen: Matrix
    balanced: Matrix
    change: Matrix
    weak: Matrix
    healthy: float
    harmless: float | None
    false_alarms: float
    draws: int
    runs: int


def summary(suites: Sequence[Suite]) -> Summary:
    """Of all subjects together."""
    outcomes = [outcome for suite in suites for outcome in suite.outcomes]
    strong, weak = [each for each in outcomes if fell(each)], [each for each in outcomes if not fell(each)]
    changes = [raises_alarm(outcome, suite.healthy) for suite in suites for outcome in suite.harmless]
    return Summary(
        verdict=confusion(strong, lambda outcome: outcome.diagnosed),
        tuning=confusion(_half(strong, "tuning"), lambda outcome: outcome.diagnosed),
        frozen=confusion(_half(strong, "frozen"), lambda outcome: outcome.diagnosed),
        balanced=confusion(_half(strong, "balanced"), lambda outcome: outcome.diagnosed),
        change=confusion(strong, lambda outcome: outcome.changed),
        weak=confusion(weak, lambda outcome: outcome.diagnosed),
        healthy=sum(bool(suite.healthy.printed) for suite in suites) / len(suites),
        harmless=sum(changes) / len(changes) if changes else None,
        false_alarms=sum(suite.alarms for suite in suites) / (DRAWS * len(suites)),
        draws=DRAWS * len(suites),
        runs=len(outcomes),
    )


def raises_alarm(changed: Outcome, healthy: Outcome) -> bool:
    """Whether something is named after a harmless change that is not named without it."""
    return bool(changed.diagnosed) or not set(changed.printed) <= set(healthy.printed)


def _half(outcomes: Sequence[Outcome], half: Half) -> list[Outcome]:
    return [outcome for outcome in outcomes if lesion_named(outcome.lesion).half == half]


def write_summary(suite: Suite, found: Summary, folder: Path) -> Path:
    """`lesions.json` with every outcome."""
    content = {
        "summary": asdict(found),
        "healthy": asdict(suite.healthy),
        "outcomes": [asdict(outcome) for outcome in suite.outcomes],
        "harmless": [asdict(outcome) for outcome in suite.harmless],
        "left_out": suite.left_out,
    }
    with atomic_file(folder / FILE) as file:
        file.write_text(json.dumps(content, indent=1))
    return folder / FILE
