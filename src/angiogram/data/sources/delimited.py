"""A CSV or TSV file as named columns of text."""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from angiogram.errors import InputError

SUFFIXES = (".csv", ".tsv")
_SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Delimited:
    """A table.

    Attributes:
        names: of the columns, each once.
        rows: a value of each column, blanks around it taken off; "" where there is none.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """The values of a column."""
        place = self.names.index(name)
        return tuple(row[place] for row in self.rows)


def read_delimited(path: Path) -> Delimited:
    """Read a table whose first line names the columns.

    A `.tsv` is separated by tabs, a `.csv` by whichever of comma, semicolon and tab is most frequent in its first line.
    Empty lines and columns without a name and without values are passed over.

    Raises:
        InputError: the file is missing, not UTF-8 text, has no rows, or a line or a name does not fit.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"There is no file '{path}'.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"'{path}' cannot be read as a table: {error}; save it as UTF-8 text.") from error
    first = text.partition("\n")[0]
    separator = "\t" if path.suffix.lower() == ".tsv" else max(_SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise InputError(f"'{path}' cannot be read as a table: {error}.") from error
    lines = [[value.strip() for value in line] for line in lines]
    filled = [(number, line) for number, line in enumerate(lines, start=1) if any(line)]
    if len(filled) < 2:
        raise InputError(f"The table '{path}' has no rows below a line that names its columns.")
    names = filled[0][1]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name and names.count(name) > 1:
            raise InputError(f"The table '{path}' has {names.count(name)} columns named '{name}'; name each once.")
    rows: list[tuple[str, ...]] = []
    for number, line in filled[1:]:
        if any(line[len(names) :]):
            raise InputError(f"Line {number} of '{path}' has {len(line)} values for {len(names)} columns.")
        rows.append(tuple((line + [""] * len(names))[: len(names)]))
    return Delimited(tuple(names), tuple(rows))
