"""CSV and TSV files as cells of text."""

import csv
from collections import Counter
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple

import polars as pl

from angiogram.data.annotations.columns import KNOWN
from angiogram.data.annotations.formats.texts import text_of
from angiogram.data.annotations.rules import REASON, ROW
from angiogram.errors import InputError, reason_of
from angiogram.imaging.printable import printable

SUFFIXES = (".csv", ".tsv")
_SEPARATORS = ",;\t"
_LONGEST_CELL = 2**24
_HEAD = 2**20  # characters in which the line of names is looked for


class Delimited(NamedTuple):
    """What stands in a table of text.

    Attributes:
        cells: the columns that an annotation table may have, as text; `row` from 1, and `reason` of the rows that have
            more cells than there are columns.
        names: of all columns.
    """

    cells: pl.DataFrame
    names: list[str]


def read_delimited(path: Path) -> Delimited:
    """The cells below the line that names the columns; empty rows are passed over, but counted.

    A `.tsv` is separated by tabs, a `.csv` by whichever of comma, semicolon and tab is most frequent in its first line.

    Raises:
        InputError: the file is not UTF-8, names a column twice, or is no such table.
    """
    text, name = text_of(path), printable(path)
    try:
        names, separator = _head(text, path)
        for each, count in Counter(names).items():
            if count > 1 or not each:
                raise InputError(f"The table '{name}' has {count} columns named '{each}'; name each once.")
        if not names:
            raise InputError(f"The table '{name}' is empty; its first line names the columns.")
        cells = _fast(text, names, separator)
        if cells is None:
            csv.field_size_limit(_LONGEST_CELL)
            cells = _row_by_row(text, names, separator)
    except csv.Error as error:
        raise InputError(f"'{name}' cannot be read as a table: {reason_of(error)}.") from error
    known = [pl.col(str(at)).alias(name) for at, name in enumerate(names) if name in KNOWN]
    filled = pl.any_horizontal(pl.all().exclude(ROW).is_not_null())
    return Delimited(cells.filter(filled).select(*known, ROW, REASON), names)


def names_of(path: Path) -> tuple[str, ...]:
    """The columns, without reading more than the head of a large file."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            return tuple(_head(file.read(_HEAD), path)[0])
        except csv.Error:
            return ()


def _head(text: str, path: Path) -> tuple[list[str], str]:
    """The names of the columns and what separates them."""
    first = text.partition("\n")[0]
    separator = "\t" if path.suffix.lower() == ".tsv" else max(_SEPARATORS, key=first.count)
    names = [each.strip() for each in next(csv.reader(StringIO(text, newline=""), delimiter=separator), [])]
    while names and not names[-1]:
        names.pop()
    return names, separator


def _fast(text: str, names: list[str], separator: str) -> pl.DataFrame | None:
    """The cells in columns named by their number from 0, so that no name is one of ours, `row` and `reason`.

    Returns:
        None where a line has too many cells, or quotes that stand alone.
    """
    try:
        cells = pl.read_csv(
            BytesIO(text.encode()),
            separator=separator,
            has_header=False,
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    beyond = cells.columns[len(names) :]
    if any(cells[column].null_count() < cells.height for column in beyond):
        return None
    named = cells[1:].select(pl.col(old).alias(str(at)) for at, old in enumerate(cells.columns[: len(names)]))
    if len(named.columns) < len(names):
        return None
    return named.with_row_index(ROW, 1).with_columns(pl.lit(None, pl.String).alias(REASON))


def _row_by_row(text: str, names: list[str], separator: str) -> pl.DataFrame:
    """The same, slowly, of a table that has a wrong line."""
    lines = list(csv.reader(StringIO(text, newline=""), delimiter=separator))[1:]
    width = len(names)
    columns = {
        str(i): pl.Series(str(i), [line[i] if i < len(line) and line[i] else None for line in lines], pl.String)
        for i in range(width)
    }
    said = [f"it has {len(line)} cells for {width} columns" if any(line[width:]) else None for line in lines]
    rows = pl.Series(ROW, range(1, len(lines) + 1), pl.UInt32)
    return pl.DataFrame([rows, *columns.values(), pl.Series(REASON, said, pl.String)])
