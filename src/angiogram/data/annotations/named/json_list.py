"""Questions that are published as a JSON file: a list of objects."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from angiogram.errors import InputError, reason_of


def read_list(path: Path, *fields: str) -> pl.DataFrame:
    """These fields of each object of a list, as text without blanks around it; empty where an object lacks one.

    Raises:
        InputError: the file is no UTF-8 text or no JSON list of objects, is empty, or none of its objects has a field.
    """
    try:
        found: Any = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"'{path}' cannot be read as JSON: {reason_of(error)}.") from error
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise InputError(f"'{path}' holds no list of objects.")
    for name in fields:
        if not any(name in one for one in found):
            raise InputError(f"The objects of '{path}' have no '{name}'; the first has {', '.join(found[0])}.")
    columns = {name: [_text(one.get(name)) for one in found] for name in fields}
    return pl.DataFrame(columns, schema=dict.fromkeys(fields, pl.String))


def _text(value: Any) -> str | None:
    """A value as it is said; answers such as 2 are numbers in some files.

    >>> _text(2), _text(" Yes"), _text(None)
    ('2', 'Yes', None)
    """
    return None if value is None else str(value).strip()
