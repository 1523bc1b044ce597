"""A diagnosis for each of several findings, and their mean."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa

from angiogram.api.diagnosing import diagnose_together
from angiogram.api.run import Run
from angiogram.api.subject import Asked
from angiogram.cache import Progress
from angiogram.compare.macro import MacroMean, macro_mean
from angiogram.data.sources import open_findings
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.spoken import as_words
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.predictions import read_predictions
from angiogram.diagnose.terms import Interval
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.report.disk import write_report
from angiogram.tap.ranks import ALONE, Ranks

FINDINGS = "findings.json"
MEAN = "macro mean"


@dataclass(frozen=True)
class FindingRuns:
    """The runs of all findings of a set.

    Attributes:
        folder: that holds a run folder for each, and findings.json.
        runs: by finding.
        left_out: findings that could not be diagnosed, with the reason.
        mean: over the findings.
    """

    folder: Path
    runs: Mapping[str, Run]
    left_out: Mapping[str, str]
    mean: MacroMean

    def table(self) -> pa.Table:
        """One row a finding and one of their mean: its fault and the accuracy of each stage, as fractions."""
        keys = tuple(self.mean.accuracies)
        rows = [
            {"finding": name, "fault": " or ".join(run.fault), **{key: _value(run, key) for key in keys}}
            for name, run in self.runs.items()
        ]
        means = {key: interval.value for key, interval in self.mean.accuracies.items()}
        return pa.Table.from_pylist([*rows, {"finding": MEAN, "fault": "", **means}])


def _value(run: Run, key: str) -> float | None:
    accuracy = next((stage.accuracy for stage in run.diagnosis.stages if stage.key == key), None)
    return None if accuracy is None else accuracy.value


def findings_asked(asked: Asked, cache: Path, progress: Progress) -> tuple[str, ...]:
    """The findings that are diagnosed one after another; none where the cases have one label, or one is named.

    Raises:
        InputError: the cases cannot be read.
    """
    source = asked.source or SourceOptions()
    if not isinstance(asked.cases, str) or source.finding is not None:
        return ()
    return open_findings(asked.cases, cache, progress, source)


def diagnose_findings(
    asked: Asked,
    findings: tuple[str, ...],
    settings: Settings,
    out: Path,
    cache: Path,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> FindingRuns | None:
    """Diagnose one finding after another, each in a folder of its own; a finished one is not made again.

    A finding that cannot be diagnosed, because too few images show it, is left out with the reason.

    Returns:
        The runs on the first rank, nothing on the others.

    Raises:
        InputError: no finding can be diagnosed.
    """
    from angiogram.model.load import load_model

    if isinstance(asked.model, str):
        with ranks.one_before_the_others():
            asked = replace(asked, model=load_model(asked.model, cache, progress, asked.loading))
    runs: dict[str, Run] = {}
    left_out: dict[str, str] = {}
    for number, name in enumerate(findings, start=1):
        progress(f"finding {number} of {len(findings)}: {name}")
        one = replace(asked, source=replace(asked.source or SourceOptions(), finding=name))
        folder = out / as_words(name).replace(" ", "-").replace("/", "-")
        try:
            found = diagnose_together(one, settings, folder, cache, progress, ranks)
        except InputError as error:
            left_out[name] = str(error)
            progress(f"{name} is left out: {error}")
            continue
        if found is not None:
            write_report(found.diagnosis, folder)
            runs[name] = Run(folder, found.diagnosis)
    if left_out.keys() == set(findings):
        raise InputError(f"None of the {len(findings)} findings can be diagnosed; the first: {left_out[findings[0]]}")
    if not ranks.is_first:
        return None
    named = {name: read_predictions(run.folder, run.diagnosis.classes) for name, run in runs.items()}
    result = FindingRuns(out, runs, left_out, macro_mean(named, settings.seed, settings.resamples))
    _write(result)
    return result


def _write(result: FindingRuns) -> None:
    """findings.json: the folder and the fault of each finding, and the means with their intervals."""

    def plain(interval: Interval) -> dict[str, float]:
        return asdict(interval)

    document = {
        "findings": {
            name: {"folder": run.folder.name, "headline": run.headline, "fault": list(run.fault)}
            for name, run in result.runs.items()
        },
        "left_out": dict(result.left_out),
        "mean": {
            "accuracies": {key: plain(interval) for key, interval in result.mean.accuracies.items()},
            "losses": {f"{one}-{other}": plain(loss) for (one, other), loss in result.mean.losses.items()},
        },
    }
    with atomic_file(result.folder / FINDINGS) as path:
        path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
