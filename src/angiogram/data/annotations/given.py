"""What a file or a source holds, before its rows are judged."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import polars as pl

from angiogram.data.annotations.rules import REASON, ROW, checked
from angiogram.data.annotations.schema import SCHEMA
from angiogram.data.annotations.table import Annotations

Unit = Literal["row", "line", "conversation"]


@dataclass(frozen=True)
class Given:
    """All rows, sound or not.

    Attributes:
        rows: the columns of the schema, `row` (the number in the file, from 1) and `reason` (why the row cannot be
            read; null where it can).
        images: the folder where paths of images start.
        statements: what a reader must know about these data.
        unit: what `row` counts; entries of one conversation share its number.
    """

    rows: pl.LazyFrame
    images: Path
    statements: tuple[str, ...] = ()
    unit: Unit = "row"


class Judged(NamedTuple):
    """All that was given, each row in one of the two.

    Attributes:
        accepted: the sound entries.
        set_aside: `row`, `id` and `reason` of the others, and further columns that they had.
    """

    accepted: Annotations
    set_aside: pl.LazyFrame


def given_of(table: Annotations) -> Given:
    """A table whose cells are all read, with its rows numbered."""
    rows = table.entries.with_row_index(ROW, 1).select(
        *SCHEMA, pl.col(ROW).cast(pl.Int64), pl.lit(None, pl.String).alias(REASON)
    )
    return Given(rows, table.images, table.statements)


def judged(given: Given) -> Judged:
    """Divide what was given into sound entries and rows that break a rule, or could not be read.

    >>> from angiogram.data.annotations.entry import Entry, frame_of
    >>> table = Annotations(frame_of([Entry("a", "a.png", "vqa", "Fluid?", "", "ours")]), Path("."))
    >>> judged(given_of(table)).set_aside.collect().row(0)
    (1, 'a', 'the target is empty')
    """
    found = checked(given.rows)
    return Judged(Annotations(found.accepted.select(*SCHEMA), given.images, given.statements), found.set_aside)
