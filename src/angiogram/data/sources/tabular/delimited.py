"""A CSV or TSV file as named columns of text."""

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

from angiogram.data.sources.tabular.contents import Contents
from angiogram.errors import InputError
from angiogram.imaging.printable import printable

_SEPARATORS = ",;\t"


def read_delimited(path: Path) -> Contents:
    """Read a table whose first line names the columns.

    A `.tsv` is separated by tabs, a `.csv` by whichever of comma, semicolon and tab is most frequent in its first line.
    Empty lines and columns without a name and without values are passed over.

    Raises:
        InputError: the file is missing, not UTF-8 text, has no rows, or a line or a name does not fit.
    """
    try:
        text = path.read_text("utf-8-sig")
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
    for name, count in Counter(filter(None, names)).items():
        if count > 1:
            raise InputError(f"The table '{path}' has {count} columns named '{name}'; name each once.")
    rows: list[tuple[str, ...]] = []
    for number, line in filled[1:]:
        if any(line[len(names) :]):
            raise InputError(f"Line {number} of '{path}' has {len(line)} values for {len(names)} columns.")
        rows.append(tuple((line + [""] * len(names))[: len(names)]))
    columns = {name: tuple(row[place] for row in rows) for place, name in enumerate(names) if name}
    return Contents(columns).checked(printable(path))
