"""What one short diagnosis leaves on disk: all that a verdict is reached from. It is judged whenever it is read."""

import json
from dataclasses import dataclass
from pathlib import Path

from angiogram.compare.assessed import assessed_run
from angiogram.compare.locate import locate
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.terms import Fault, StageKey
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.lesion.subject import Run
from angiogram.plain import built, plain
from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class Evidence:
    """Of one model on one set.

    Attributes:
        accuracies: of each stage.
        verdicts: of the four modes.
        ladder: the repairs.
        said: what the answers say of where they fail.
        total: what is lost in all; see `Measured.lost`.
        changed: the faults that a comparison with the model as it is names; see `compare.locate`.
    """

    accuracies: tuple[tuple[StageKey, float], ...]
    verdicts: tuple[Verdict, ...]
    ladder: Ladder
    said: Said
    total: Interval
    changed: tuple[Fault, ...]


def evidence_of(run: Run, whole: Run, paired: bool = True) -> Evidence:
    """What `run` found.

    Args:
        run: with a lesion or a harmless change.
        whole: the model as it is.
        paired: whether both are of the same cases in the same order.
    """
    return Evidence(
        accuracies=tuple((key, each.value) for key, each in run.accounting.accuracies.items()),
        verdicts=run.judgement.verdicts,
        ladder=run.ladder,
        said=run.said,
        total=run.measured.lost,
        changed=_changed(run, whole) if paired else (),
    )


def _changed(run: Run, whole: Run) -> tuple[Fault, ...]:
    """None where the lesion makes cases fail, so that the two cannot be paired."""
    before, after = (assessed_run(each.planned, each.material, each.found) for each in (whole, run))
    if len(before.evaluated) != len(after.evaluated):
        return ()
    return locate(before, after).fault


def write_evidence(evidence: Evidence, file: Path) -> None:
    """As JSON, whole or not at all."""
    with atomic_file(file) as temporary:
        temporary.write_text(json.dumps(plain(evidence), indent=1))


def read_evidence(file: Path) -> Evidence:
    """What `write_evidence` wrote.

    Raises:
        InputError: the file is damaged.
    """
    try:
        return built(Evidence, json.loads(file.read_text()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"'{file}' is damaged; delete it, and the suite makes it again.") from error
