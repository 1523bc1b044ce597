"""JSONL and JSON files as cells of text: one object a line, or a list of objects."""

import json
import re
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from angiogram.data.annotations.formats.json_members import members
from angiogram.data.annotations.formats.texts import text_of
from angiogram.data.annotations.rules import REASON, ROW
from angiogram.errors import InputError, reason_of
from angiogram.imaging.printable import printable

SUFFIXES = (".jsonl", ".json")
_BLANKS = re.compile(r"\s*")
_LOOKED_AT = 1_000  # objects whose keys are the columns
_HEAD = 2**20  # characters in which the first object is looked for


def objects_of(path: Path) -> pl.DataFrame:
    """The JSON text of each object of a file.

    Returns:
        `row` (of a `.jsonl` the number of its line, of a `.json` that of the item, from 1) and `text`.

    Raises:
        InputError: the file is not UTF-8 or not JSON, or holds no object.
    """
    text, name = text_of(path), printable(path)
    if path.suffix.lower() == ".jsonl":
        lines = pl.DataFrame({"text": pl.Series(text.split("\n"), dtype=pl.String)}).with_row_index(ROW, 1)
        found = lines.filter(pl.col("text").str.strip_chars() != "")
    else:
        items = pl.Series(_items(text, name), dtype=pl.String)
        found = pl.DataFrame({"text": items}).with_row_index(ROW, 1)
    if found.is_empty():
        raise InputError(f"'{name}' holds no JSON objects.")
    return found


def _items(text: str, name: str) -> list[str]:
    """The text of each item of a JSON list."""
    decode, items = json.JSONDecoder().raw_decode, list[str]()
    at = _after_blanks(text, 0)
    if not text.startswith("[", at):
        hint = "; one object a line is read from a file named .jsonl" if _is_lines(text) else ""
        raise InputError(f"'{name}' is no list of JSON objects, each one row or one conversation{hint}.")
    at = _after_blanks(text, at + 1)
    while not text.startswith("]", at):
        try:
            end = decode(text, at)[1]
        except (ValueError, RecursionError) as error:
            raise InputError(f"'{name}' is not JSON in its item {len(items) + 1}: {reason_of(error)}.") from error
        items.append(text[at:end])
        at = _after_blanks(text, end)
        if text.startswith(",", at):
            at = _after_blanks(text, at + 1)
        elif not text.startswith("]", at):
            raise InputError(f"'{name}' is not JSON: after item {len(items)} stands neither ',' nor ']'.")
    return items


def _is_lines(text: str) -> bool:
    """Whether the first line is an object, and there are more."""
    first, _, rest = text.strip().partition("\n")
    return first.startswith("{") and first.rstrip().endswith("}") and rest.startswith("{")


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return at if found is None else found.end()


def keys_of(objects: pl.DataFrame) -> list[str]:
    """Names of the members of the first objects, in their order."""
    names: dict[str, None] = {}
    for text in islice(objects["text"], _LOOKED_AT):
        try:
            item: Any = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(item, dict):
            names |= dict.fromkeys(map(str, item))
    return list(names)


def cells_of(objects: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The members of each object as text, `row`, and `reason` of what is no object.

    Args:
        objects: as `objects_of` gives them.
        names: of members, none of them `row` or `reason`.
    """
    cells, faults = members(objects["text"], names)
    return cells.with_columns(objects[ROW], faults.alias(REASON))


def names_of(path: Path) -> tuple[str, ...]:
    """Names of the members of the first object, found without reading more of a large file than is needed."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        head = file.read(_HEAD)
        begin = head.find("{")
        if begin < 0 or head[:begin].strip() not in ("", "["):
            return ()
        try:
            first: Any = json.JSONDecoder().raw_decode(head, begin)[0]
        except (ValueError, RecursionError):  # longer than the head, or broken
            return tuple(keys_of(objects_of(path)))
    return tuple(first)
