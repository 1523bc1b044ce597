"""The finished runs of several findings, and their mean."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from angiogram.api.arrow import INTERVAL_ENDS
from angiogram.api.frame import frame_of
from angiogram.api.run import Run
from angiogram.compare.macro import MacroMean
from angiogram.diagnose.terms import StageKey
from angiogram.files import atomic_file
from angiogram.plain import plain
from angiogram.statistics.interval import Interval

FINDINGS = "findings.json"
MEAN = "macro mean"


@dataclass(frozen=True, repr=False)
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
        """An Arrow table with one row a finding and one of their mean: its fault, and the accuracy of each stage.

        Accuracies are fractions; the columns are `V`, `V_low` and `V_high` (95 %) for each stage that was measured for
        all findings. The mean has no fault.
        """
        keys = tuple(self.mean.accuracies)
        faults = [*(" or ".join(run.fault) for run in self.runs.values()), None]
        accuracies = [*map(_accuracies, self.runs.values()), self.mean.accuracies]
        columns = {"finding": pa.array([*self.runs, MEAN], pa.string()), "fault": pa.array(faults, pa.string())}
        for key in keys:
            for end, suffix in INTERVAL_ENDS.items():
                numbers = [plain(getattr(each.get(key), end, None)) for each in accuracies]
                columns[key + suffix] = pa.array(numbers, pa.float64())
        return pa.table(columns)

    def to_pandas(self) -> Any:  # a pandas.DataFrame; pandas need not be here
        """The same as a pandas data frame.

        Raises:
            InputError: pandas is not installed.
        """
        return frame_of(self.table())

    def __repr__(self) -> str:
        """The folder, and how many findings."""
        left_out = f", {len(self.left_out)} left out" if self.left_out else ""
        return f"<findings '{self.folder}': {len(self.runs)} diagnosed{left_out}>"


def write_findings(result: FindingRuns) -> None:
    """findings.json: the folder and the fault of each finding, and the means with their intervals."""
    document = {
        "findings": {
            name: {
                "folder": run.folder.name,
                "headline": run.headline,
                "fault": list(run.fault),
                "among": list(run.among),
            }
            for name, run in result.runs.items()
        },
        "left_out": dict(result.left_out),
        "mean": {
            "accuracies": {key: asdict(interval) for key, interval in result.mean.accuracies.items()},
            "losses": {f"{one}-{other}": asdict(loss) for (one, other), loss in result.mean.losses.items()},
        },
    }
    with atomic_file(result.folder / FINDINGS) as path:
        path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def _accuracies(run: Run) -> Mapping[StageKey, Interval]:
    return {stage.key: stage.accuracy for stage in run.diagnosis.stages if stage.accuracy is not None}
