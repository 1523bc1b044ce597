"""The tables, lists and folders of a download."""

import os
from pathlib import Path

import polars as pl

from angiogram.errors import InputError, reason_of


def read_table(path: Path, *columns: str) -> pl.DataFrame:
    """These columns of a CSV file (also of a `.csv.gz`) as text without blanks around it; all where none are named.

    Raises:
        InputError: it is no such table, has no rows, or lacks one of the columns.
    """
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"'{path}' cannot be read as a table: {reason_of(error)}.") from error
    return with_columns(table, path, *columns)


def with_columns(table: pl.DataFrame, path: Path, *columns: str) -> pl.DataFrame:
    """These columns of a table, without blanks around their values; all where none are named.

    Raises:
        InputError: it has no rows, or lacks one of the columns.
    """
    stripped = table.rename(str.strip)
    for name in columns:
        if name not in stripped.columns:
            has = ", ".join(stripped.columns[:20])
            raise InputError(f"'{path}' has no column '{name}'; it has {has}.")
    if stripped.is_empty():
        raise InputError(f"The table '{path}' has no rows.")
    return stripped.select(columns or stripped.columns).with_columns(pl.all().str.strip_chars())


def read_lines(path: Path) -> list[str]:
    """The lines of a text file that hold something.

    Raises:
        InputError: it cannot be read as text.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"'{path}' cannot be read as text: {reason_of(error)}.") from error
    return [line.strip() for line in lines if line.strip()]


def names_in(folder: Path) -> list[str]:
    """What lies in a folder, in order; nothing where there is no such folder."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as found:
        return sorted(entry.name for entry in found if not entry.name.startswith("."))
