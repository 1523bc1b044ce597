"""What the lesions of one subject or several say about the diagnosis, in numbers."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from angiogram.diagnose.settings import Settings
from angiogram.files import atomic_file
from angiogram.lesion.matrix import Matrix, confusion, false_alarms, fell
from angiogram.lesion.suite import Suite

FILE = "lesions.json"


@dataclass(frozen=True)
class Summary:
    """The suite's result.

    Attributes:
        verdict: planted against the mode that the lesioned model's own diagnosis finds at fault, where the answer fell.
        change: planted against the first stage that surely fell, in a comparison with the model as it is,
            where the answer fell.
        weak: as `verdict`, of the lesions after which the answer fell less.
        healthy: share of the subjects whose diagnosis without a lesion finds a mode at fault.
        false_alarms: share of the draws in which the model as it is raises a new alarm.
        draws: number of these.
        runs: number of lesioned diagnoses.
    """

    verdict: Matrix
    change: Matrix
    weak: Matrix
    healthy: float
    false_alarms: float
    draws: int
    runs: int


def summary(suites: Sequence[Suite], settings: Settings) -> Summary:
    """Of all subjects together."""
    outcomes = [outcome for suite in suites for outcome in suite.outcomes]
    strong, weak = [each for each in outcomes if fell(each)], [each for each in outcomes if not fell(each)]
    alarms = [alarm for suite in suites for alarm in false_alarms(suite.assessed, suite.healthy.unreadable, settings)]
    return Summary(
        verdict=confusion(strong, lambda outcome: outcome.diagnosed),
        change=confusion(strong, lambda outcome: outcome.changed),
        weak=confusion(weak, lambda outcome: outcome.diagnosed),
        healthy=sum("present" in suite.healthy.states.values() for suite in suites) / len(suites),
        false_alarms=sum(alarm is not None for alarm in alarms) / len(alarms),
        draws=len(alarms),
        runs=len(outcomes),
    )


def write_summary(suite: Suite, found: Summary, folder: Path) -> Path:
    """`lesions.json` with every outcome."""
    content = {
        "summary": asdict(found),
        "healthy": asdict(suite.healthy),
        "outcomes": [asdict(outcome) for outcome in suite.outcomes],
    }
    with atomic_file(folder / FILE) as file:
        file.write_text(json.dumps(content, indent=1))
    return folder / FILE
