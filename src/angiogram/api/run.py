"""A finished run: its finding, its numbers as tables, its page."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from angiogram.api.frame import frame_of
from angiogram.api.page import HEIGHT, Page
from angiogram.api.tables import TABLES, run_table
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Card, Diagnosis
from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.report.disk import read_report
from angiogram.report.document import from_document, to_document
from angiogram.report.page import render

CONFIG = "config.json"


@dataclass(frozen=True, repr=False)
class Run:
    """A finished diagnosis.

    Attributes:
        folder: that holds it.
        diagnosis: everything that the page shows, as typed data; accuracies and losses are fractions (0.05 = 5 points).

    >>> import angiogram as ag
    >>> run = ag.open_run("runs/my-model-on-my-images")
    >>> stages = run.table("stages")
    >>> stages["key"].to_pylist()
    ['R', 'V', 'C', 'I', 'U', 'S', 'G']
    >>> run.table("stages").filter(pa.compute.field("key") == "V")["tap"].to_pylist()
    ['encoder.out']
    >>> run.table("stage")
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no table 'stage'; known are ...; did you mean 'stages'?
    """

    folder: Path
    diagnosis: Diagnosis

    @property
    def headline(self) -> str:
        """Where the signal is lost, how much, how sure: one sentence."""
        return self.diagnosis.headline

    @property
    def proof(self) -> tuple[str, ...]:
        """What the headline rests on, one sentence each."""
        return self.diagnosis.proof

    @property
    def fault(self) -> tuple[Fault, ...]:
        """Where the fault stands, two names where they cannot be told apart.

        None where nothing is lost for sure, and where what is lost is spread over too many places (see `among`).
        """
        return self.diagnosis.fault

    @property
    def among(self) -> tuple[Fault, ...]:
        """Where a loss is spread over more than two faults: those that may have a part in it."""
        return self.diagnosis.among

    @property
    def verdicts(self) -> tuple[Card, ...]:
        """The four failure modes, each present, absent, undetermined or not assessed, with the evidence."""
        return self.diagnosis.verdicts

    @property
    def settings(self) -> Settings:
        """What the diagnosis was told. `ag.diagnose(..., **dataclasses.asdict(run.settings))` tells another the same.

        Raises:
            InputError: config.json is missing, damaged, or of another version.
        """
        path = self.folder / CONFIG
        try:
            told = cast(dict[str, Any], json.loads(path.read_text("utf-8"))["settings"])
            told["other_questions"] = tuple(told["other_questions"])
            return Settings(**told)
        except FileNotFoundError as error:
            raise InputError(f"There is no '{path}'.") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            names = ", ".join(field.name for field in fields(Settings))
            raise InputError(f"'{path}' is damaged or of another version; its settings must be {names}.") from error

    @property
    def tables(self) -> tuple[str, ...]:
        """The names that `table` knows."""
        return TABLES

    def table(self, name: str) -> pa.Table:
        """Any numbers of the run as an Arrow table; `tables` names them, docs/python.md says what they hold.

        Raises:
            InputError: there is none of this name, or its file is missing or damaged.
        """
        return run_table(self.folder, self.diagnosis, name)

    def to_pandas(self, name: str) -> Any:  # a pandas.DataFrame; pandas need not be here
        """The same as a pandas data frame.

        Raises:
            InputError: as `table`; or pandas is not installed.
        """
        return frame_of(self.table(name))

    def show(self, height: int = HEIGHT) -> Page:
        """The page: give it as the value of a notebook's cell.

        Args:
            height: of the frame in pixels; the page scrolls inside.
        """
        title = f"{self.diagnosis.model} on {self.diagnosis.cases}"
        return Page(render(to_document(self.diagnosis)), title, height)

    def _repr_html_(self) -> str:
        return self.show().frame

    def __repr__(self) -> str:
        """The folder and the finding."""
        return f"<run '{self.folder}': {self.headline}>"


def open_run(folder: str | Path) -> Run:
    """Open a folder that `diagnose`, `angiogram diagnose` or `angiogram demo` wrote.

    Raises:
        InputError: it holds no finished run, or report.json is damaged or of another version.

    >>> import angiogram as ag
    >>> ag.open_run("runs/my-model-on-my-images").diagnosis.classes
    ('benign', 'malignant')
    >>> ag.open_run("runs/none")
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no run folder 'runs/none'.
    """
    try:
        folder = Path(folder).expanduser()
    except TypeError as error:
        raise InputError(f"A run folder is named by a path, not by '{folder}'.") from error
    if not folder.is_dir():
        raise InputError(f"There is no run folder '{folder}'.")
    return Run(folder, from_document(read_report(folder)))
