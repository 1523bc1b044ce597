"""A row for each step on disk, which an interruption neither loses nor repeats."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from angiogram.files import atomic_file, writing_to
from angiogram.train.watching import Step

Row = Callable[[Step], Mapping[str, Any] | None]
STEP = "step"


class Rows:
    """Appends what a step says of itself to a file of JSON lines; `step` is its number, from 1.

    A training that goes on from a checkpoint makes some steps again: rows of them and of later ones go first.

    Args:
        path: of the file.
        row: what is kept of a step; nothing where it says None.
    """

    def __init__(self, path: Path, row: Row) -> None:
        self._path, self._row, self._begun = path, row, False

    def __call__(self, step: Step) -> None:
        """Append the row of this step.

        Raises:
            InputError: the disk is full.
        """
        if not self._begun:
            self._begin(step.done)
        found = self._row(step)
        if found is not None:
            with writing_to(self._path), self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({STEP: step.done, **found}) + "\n")

    def _begin(self, first: int) -> None:
        kept = [row for row in read_rows(self._path) if row[STEP] < first]
        with atomic_file(self._path) as temporary:
            temporary.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        self._begun = True


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of such a file in order, none where there is no file; a last one that was cut short is left out."""
    if not path.is_file():
        return []
    *whole, _ = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in whole]


def loss_row(step: Step) -> dict[str, Any]:
    """The loss of a step, that of each task, the learning rates, and what was learnt from."""
    return {"loss": step.loss, "tasks": dict(step.tasks), "rates": dict(step.rates), "entries": list(step.names)}
