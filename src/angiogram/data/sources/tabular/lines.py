"""A JSONL file: one object a line, its keys the columns."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from angiogram.data.sources.tabular.contents import Contents
from angiogram.errors import InputError
from angiogram.imaging.printable import printable


def read_lines(path: Path) -> Contents:
    """Read a file of one JSON object a line; a key that a line lacks is empty there.

    Raises:
        InputError: the file is missing, not UTF-8, empty, or a line is no object of plain values.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")  # JSON may hold the other ends of lines
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"'{path}' cannot be read as a table: {error}; save it as UTF-8 text.") from error
    rows = [_row(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows:
        raise InputError(f"The table '{path}' has no rows.")
    names = dict.fromkeys(name for row in rows for name in row)
    return Contents({name: tuple(row.get(name, "") for row in rows) for name in names}).checked(printable(path))


def _row(path: Path, number: int, line: str) -> dict[str, str]:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"Line {number} of '{path}' is not JSON: {error}.") from error
    if not isinstance(row, dict):
        raise InputError(
            f"Line {number} of '{path}' is no JSON object; each line is one row, such as "
            '{"image": "a.png", "label": "cyst"}.'
        )
    return {name: written for name, value in row.items() if (written := _written(value)) is not None}


def _written(value: object) -> str | None:
    """A value as text: of an image its path, of several names these divided by "|"; None of anything deeper."""
    if isinstance(value, dict):
        path: object = cast(dict[str, object], value).get("path")
        return path if isinstance(path, str) else None
    if isinstance(value, list):
        several = cast(list[object], value)
        return text_of_several(several) if all(isinstance(each, str | None) for each in several) else None
    return text(value)


def text_of_several(values: Iterable[object]) -> str:
    """Names of one cell, divided as findings are.

    >>> text_of_several(["Mass", "Edema", None])
    'Mass|Edema'
    """
    return "|".join(filter(None, map(text, values)))


def text(value: object) -> str:
    """A plain value as a table would print it; "" where there is none.

    >>> text(None), text(True), text(2.0), text(" a "), text(float("nan"))
    ('', '1', '2', 'a', '')
    """
    if value is None or value != value:  # not a number
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
