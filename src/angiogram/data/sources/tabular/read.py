"""A table by its suffix."""

from pathlib import Path

from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.delimited import read_delimited
from angiogram.data.sources.tabular.lines import read_lines
from angiogram.data.sources.tabular.parquet import read_parquet
from angiogram.errors import InputError

_READERS = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".jsonl": read_lines,
    ".parquet": read_parquet,
    ".arrow": read_parquet,
}
SUFFIXES = tuple(_READERS)


def read_contents(path: Path) -> Contents:
    """Read a table.

    Raises:
        InputError: the file is missing or is no such table.
    """
    if not path.is_file():
        raise InputError(f"There is no file '{path}'.")
    return _READERS[path.suffix.lower()](path)
