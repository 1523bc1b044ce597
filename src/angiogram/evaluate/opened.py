"""The part of an annotation table that is evaluated: its sound entries, and those set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.annotations.pictures import file_of
from angiogram.data.annotations.rules import ROW, checked
from angiogram.data.annotations.schema import SCHEMA
from angiogram.data.annotations.table import read_annotations
from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError, unknown
from angiogram.evaluate.result import Left
from angiogram.files import sha256

_LISTS = ("labels", "unsure", "options", "box")


@dataclass(frozen=True)
class Chosen:
    """Which entries of a table are asked about.

    Attributes:
        split: of this split, or "all"; None for those of `test` where the table has some, else all.
        tasks: only these; empty for all.
        most: at most so many of each task, spread evenly over the table.
    """

    split: str | None = None
    tasks: tuple[str, ...] = ()
    most: int | None = None

    def __post_init__(self) -> None:
        for task in self.tasks:
            if task not in TASKS:
                raise unknown("task", task, TASKS)
        if self.most is not None and self.most < 1:
            raise InputError(f"At most {self.most} entries of each task leave nothing; give 1 or more.")


@dataclass(frozen=True)
class Opened:
    """What is asked about.

    Attributes:
        name: of the table.
        entries: the sound ones, in the table's order.
        set_aside: the others.
        given: how many both are.
        images: the folder where paths of pictures start.
        statements: what must be known about the data.
        split: the part of the table that they are.
    """

    name: str
    entries: tuple[Entry, ...]
    set_aside: tuple[Left, ...]
    given: int
    images: Path
    statements: tuple[str, ...]
    split: str | None


def opened(path: Path, chosen: Chosen = Chosen()) -> Opened:
    """The entries of a table that are to be evaluated.

    Raises:
        InputError: there is no such table or split, or nothing is left.
    """
    table = read_annotations(path)
    wanted, split = _of_split(table.entries.with_row_index(ROW, 1), chosen.split)
    if chosen.tasks:
        wanted = wanted.filter(pl.col("task").is_in(list(chosen.tasks)))
    parts = checked(wanted)
    accepted = parts.accepted if chosen.most is None else _spread(parts.accepted, chosen.most)
    entries = tuple(entry_of(row) for row in accepted.select(*SCHEMA).collect().iter_rows(named=True))
    aside = tuple(
        Left(row["id"] or f"row {row['row']}", row["reason"]) for row in parts.set_aside.collect().iter_rows(named=True)
    )
    if not entries:
        what = f" of split '{split}'" if split else ""
        what += f" of the tasks {', '.join(chosen.tasks)}" if chosen.tasks else ""
        broken = f" {len(aside)} rows break a rule; the first, '{aside[0].id}': {aside[0].reason}." if aside else ""
        raise InputError(f"'{path}' has no sound entry{what}.{broken}")
    return Opened(path.stem, entries, aside, len(entries) + len(aside), table.images, table.statements, split)


def entry_of(row: dict[str, Any]) -> Entry:
    """A row of the schema as an entry."""
    answer: dict[str, Any] = row["answer"] or {}
    told: dict[str, Any] = {
        name: tuple(value) if name in _LISTS and value is not None else value for name, value in answer.items()
    }
    given: dict[str, Any] = {**row, "answer": Answer(**told)}
    return Entry(**given)


def hashes(folder: Path, images: Iterable[str]) -> dict[str, str]:
    """SHA-256 of every file that holds pictures, by its name in the table; empty where it cannot be read."""
    found: dict[str, str] = {}
    for name in sorted({file_of(image)[0] for image in images}):
        path = folder / name
        found[name] = sha256(path) if path.is_file() else ""
    return found


def _of_split(entries: pl.LazyFrame, split: str | None) -> tuple[pl.LazyFrame, str | None]:
    there = entries.select(pl.col("split").unique()).collect()["split"].drop_nulls().to_list()
    if split is None:
        split = "test" if "test" in there else None
    elif split == "all":
        return entries, None
    elif split not in there:
        raise unknown("split in the table", split, [*there, "all"])
    return (entries if split is None else entries.filter(pl.col("split") == split)), split


def _spread(frame: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """At most so many rows of each task, in even steps."""
    place, count = pl.int_range(pl.len()).over("task"), pl.len().over("task")
    step = (place * most) // count
    return frame.filter((count <= most) | (step != ((place - 1) * most) // count) | (place == 0))
