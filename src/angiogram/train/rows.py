"""Rows for each step on disk, which an interruption neither loses nor repeats."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from angiogram.errors import InputError
from angiogram.files import atomic_file, writing_to
from angiogram.train.watching import Step

RowsOf = Callable[[Step], Iterable[Mapping[str, Any]]]
STEP = "step"


class Rows:
    """Appends what a step says of itself to a file of JSON lines; `step` is its number, from 1.

    A training that goes on from a checkpoint makes some steps again: rows of them and of later ones go first.

    Args:
        path: of the file.
        rows_of: what is kept of a step, any number of rows.
    """

    def __init__(self, path: Path, rows_of: RowsOf) -> None:
        self._path, self._rows_of, self._begun = path, rows_of, False

    def __call__(self, step: Step) -> None:
        """Append the rows of this step, all in one go.

        Raises:
            InputError: the disk is full.
        """
        if not self._begun:
            self._begin(step.done)
        lines = [json.dumps({STEP: step.done, **row}) + "\n" for row in self._rows_of(step)]
        if lines:
            with writing_to(self._path), self._path.open("a", encoding="utf-8") as file:
                file.write("".join(lines))

    def _begin(self, first: int) -> None:
        kept = [row for row in read_rows(self._path) if row[STEP] < first]
        with atomic_file(self._path) as temporary:
            temporary.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        self._begun = True


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of such a file in order, none where there is no file; a last one that was cut short is left out.

    Raises:
        InputError: it holds something else.
    """
    if not path.is_file():
        return []
    try:
        *whole, _ = path.read_text(encoding="utf-8").split("\n")
        rows = [json.loads(line) for line in whole]
        if all(isinstance(row[STEP], int) for row in rows):
            return rows
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _no_rows(path) from error
    raise _no_rows(path)


def _no_rows(path: Path) -> InputError:
    return InputError(f"'{path}' holds no rows of steps; delete it or choose another --out.")


def losses_of(step: Step) -> list[dict[str, Any]]:
    """The loss of a step, that of each task, the learning rates, and what was learnt from."""
    return [{"loss": step.loss, "tasks": dict(step.tasks), "rates": dict(step.rates), "entries": list(step.names)}]
