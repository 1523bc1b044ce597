"""Finished runs held against the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from angiogram.api.arrow import table_of
from angiogram.api.frame import frame_of
from angiogram.api.page import HEIGHT, Page
from angiogram.api.run import Run
from angiogram.api.tables import rows_at
from angiogram.compare.compare import compare as compare_finished
from angiogram.compare.comparison import ComparedRun, Comparison, Contrast
from angiogram.errors import InputError, unknown
from angiogram.report.comparison.disk import write_comparison
from angiogram.report.comparison.page import render
from angiogram.report.comparison.runs import open_runs
from angiogram.report.document import to_document

# name -> where it stands in a `Contrast`; the rows of all contrasts stand in one table, with the run's name in front
IN_CONTRAST: Mapping[str, str] = {
    "stages": "stages",
    "readers": "readers",
    "steps": "steps",
    "taps": "taps",
    "verdicts": "verdicts",
    "located": "located",
    "conditions": "conditions",
}
RUNS = "runs"
TABLES = (*IN_CONTRAST, RUNS)


@dataclass(frozen=True, repr=False)
class Compared:
    """Runs on the same cases, each held against the first.

    Attributes:
        comparison: everything that the page shows, as typed data; a change is the other run minus the first.
    """

    comparison: Comparison

    @property
    def headline(self) -> str:
        """What changes and where, one sentence for each run after the first."""
        return " ".join(contrast.headline for contrast in self.comparison.contrasts)

    @property
    def proof(self) -> tuple[str, ...]:
        """What the headline rests on, one sentence for each run after the first."""
        return tuple(contrast.proof for contrast in self.comparison.contrasts)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names that `table` knows."""
        return TABLES

    def table(self, name: str) -> pa.Table:
        """Any numbers of the comparison as an Arrow table, the column `run` in front.

        Raises:
            InputError: there is none of this name; says which there are.
        """
        if name == RUNS:
            others = [contrast.run for contrast in self.comparison.contrasts]
            return table_of(ComparedRun, [self.comparison.baseline, *others])
        if name not in IN_CONTRAST:
            raise unknown("table", name, TABLES)
        return pa.concat_tables([_of(contrast, IN_CONTRAST[name]) for contrast in self.comparison.contrasts])

    def to_pandas(self, name: str) -> Any:  # a pandas.DataFrame; pandas need not be here
        """The same as a pandas data frame.

        Raises:
            InputError: as `table`; or pandas is not installed.
        """
        return frame_of(self.table(name))

    def write(self, folder: str | Path) -> tuple[Path, Path]:
        """Write compare.json and compare.html.

        Returns:
            Their paths.

        Raises:
            InputError: the disk is full or the folder cannot be written.
        """
        return write_comparison(self.comparison, Path(folder).expanduser())

    def show(self, height: int = HEIGHT) -> Page:
        """The page: give it as the value of a notebook's cell.

        Args:
            height: of the frame in pixels; the page scrolls inside.
        """
        names = [self.comparison.baseline.name, *(contrast.run.name for contrast in self.comparison.contrasts)]
        return Page(render(to_document(self.comparison)), " and ".join(names), height)

    def _repr_html_(self) -> str:
        return self.show().frame

    def __repr__(self) -> str:
        """What was found."""
        return f"<comparison: {self.headline}>"


def compare(*runs: Run | str | Path) -> Compared:
    """Hold runs on the same cases against the first of them, paired case by case.

    Args:
        runs: two or more, finished or by their folders: two models, before and after tuning, two prompts.

    Raises:
        InputError: fewer than two runs, or runs that cannot be compared; says what differs.

    >>> import angiogram as ag
    >>> first = ag.open_run("runs/my-model-on-my-images")
    >>> asked_otherwise = ag.diagnose(
    ...     "my-model", "my-images", "runs/asked", folds=2, permutations=20, question="Name it: {options}",
    ...     progress=None,
    ... )
    >>> found = ag.compare(first, asked_otherwise)
    >>> found.table("stages").slice(0, 1).select(["run", "key"]).to_pylist()
    [{'run': 'asked', 'key': 'V'}]
    >>> found.table("stages")["change"][0].as_py()  # no question reaches the encoder
    0.0
    """
    return Compared(compare_finished(open_runs([_folder(run) for run in runs])))


def _folder(run: object) -> Path:
    if isinstance(run, Run):
        return run.folder
    if isinstance(run, str | Path):
        return Path(run)
    raise InputError(
        f"A run is what `diagnose` gave, or its folder, one by one, as in `compare(before, after)`; this is of type "
        f"{type(run).__name__}: {run}."
    )


def _of(contrast: Contrast, path: str) -> pa.Table:
    table = table_of(*rows_at(Contrast, contrast, path))
    return table.add_column(0, "run", pa.array([contrast.run.name] * table.num_rows, pa.string()))
