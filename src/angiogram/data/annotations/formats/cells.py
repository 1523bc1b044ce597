"""Cells of text as values of the schema; a cell that cannot be read is the reason why its row is set aside."""

from collections.abc import Callable
from typing import Any, NamedTuple

import polars as pl

from angiogram.data.annotations.columns import FIELDS
from angiogram.data.annotations.formats.json_cells import decoded
from angiogram.data.annotations.formats.json_members import members
from angiogram.data.annotations.rules import REASON, ROW
from angiogram.data.annotations.schema import ANSWER, SCHEMA

SEPARATOR = "|"
_SHOWN = 40  # letters of a cell that a reason quotes
_SPELT = {"true": True, "false": False}  # also True, as Python writes it
_EXACT = 2**53  # below which a floating number is one whole number only
_KINDS = {field.name: field.dtype for field in ANSWER.fields}


class _Read(NamedTuple):
    """A column of values, and which of its cells were not null and could not be read."""

    values: pl.Series
    bad: pl.Series


def typed(cells: pl.DataFrame) -> pl.DataFrame:
    """Rows of the schema out of text.

    Args:
        cells: N rows; String columns named as in the schema, `row` and, where a row is wrong already, `reason`. Fields
            of the answer stand in a column `answer` of JSON objects, or in columns of their own.

    Returns:
        N rows: the columns of the schema, `row` and `reason`.

    >>> cells = pl.DataFrame({"id": ["a", "b"], "labels": ["edema|mass", "[]"], "value": ["1", "large"], "row": [1, 2]})
    >>> [row[-1] for row in typed(cells).rows()]
    [None, "the value 'large' is no number"]
    """
    cells, broken = _flat(cells)
    reasons = [cells[REASON], broken] if REASON in cells.columns else [broken]
    columns: dict[str, pl.Series] = {}
    for name, kind in [*SCHEMA.items(), *((f"answer.{field}", _KINDS[field]) for field in FIELDS)]:
        if name == "answer":
            continue
        if name not in cells.columns:
            columns[name] = pl.Series(name, [None], kind).new_from_index(0, cells.height)
            continue
        called, (read, what) = name.removeprefix("answer."), _reader(kind)
        cell = _filled(cells[name])
        values, bad = read(cell)
        columns[name] = values.alias(name)
        said = pl.format(f"the {called} '{{}}' is no {what}", cell.str.slice(0, _SHOWN).fill_null(""))
        reasons.append(pl.select(pl.when(bad).then(said)).to_series())
    made = pl.DataFrame(columns).with_columns(
        cells[ROW].cast(pl.Int64), pl.coalesce(*reasons).alias(REASON),
        answer=pl.struct(pl.col(f"answer.{field}").alias(field) for field in FIELDS),
    )  # fmt: skip
    return made.select(*SCHEMA, ROW, REASON)


def _flat(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The table with each field of the answer in a column `answer.NAME`, and why a whole answer cannot be read."""
    cells = cells.rename({field: f"answer.{field}" for field in FIELDS if field in cells.columns})
    if "answer" not in cells.columns:
        return cells, pl.Series("broken", [None], pl.String).new_from_index(0, cells.height)
    whole = _filled(cells["answer"])
    inner, faults = members(whole, FIELDS)
    said = pl.format("the answer '{}' is no object of its fields", whole.str.slice(0, _SHOWN).fill_null(""))
    broken = pl.select(pl.when(faults.is_not_null()).then(said)).to_series()
    names = [field for field in FIELDS if inner[field].null_count() < cells.height]
    held = [pl.Series(f"answer.{field}", inner[field]) for field in names]
    own = [
        pl.coalesce(pl.col(each.name), each).alias(each.name) if each.name in cells.columns else each for each in held
    ]
    return cells.drop("answer").with_columns(own), broken


def _filled(cells: pl.Series) -> pl.Series:
    """Null for cells of blanks only."""
    return pl.select(pl.when(cells.str.strip_chars() != "").then(cells)).to_series()


def _reader(kind: Any) -> tuple[Callable[[pl.Series], _Read], str]:
    """How cells become values of a type, and what such a value is called."""
    if kind == pl.String():
        return _texts, "text"
    if kind == pl.Float64():
        return _numbers, "number"
    if kind == pl.Int64():
        return _whole_numbers, "whole number"
    if kind == pl.Boolean():
        return _truths, "truth value, true or false"
    if kind == pl.List(pl.Float64()):
        return _boxes, "list of numbers"
    return _words, 'list, such as ["a", "b"] or a|b'


def _texts(cells: pl.Series) -> _Read:
    return _Read(cells, pl.Series([False]).new_from_index(0, len(cells)))


def _numbers(cells: pl.Series) -> _Read:
    values = cells.str.strip_chars().cast(pl.Float64, strict=False)
    return _Read(values, cells.is_not_null() & values.is_null())


def _whole_numbers(cells: pl.Series) -> _Read:
    """Also 2.0, as tables hold it where a number is missing elsewhere in the column."""
    exact = cells.str.strip_chars().cast(pl.Int64, strict=False)
    numbers = cells.str.strip_chars().cast(pl.Float64, strict=False)
    near = pl.select(pl.when(numbers.abs() < _EXACT).then(numbers)).to_series().cast(pl.Int64, strict=False)
    whole = pl.select(pl.coalesce(exact, pl.when(near.cast(pl.Float64) == numbers).then(near))).to_series()
    return _Read(whole, cells.is_not_null() & whole.is_null())


def _truths(cells: pl.Series) -> _Read:
    spelt = cells.str.strip_chars().str.to_lowercase()
    values = spelt.replace_strict(_SPELT, default=None, return_dtype=pl.Boolean)
    return _Read(values, cells.is_not_null() & values.is_null())


def _boxes(cells: pl.Series) -> _Read:
    return _lists(cells, lambda known: decoded(_listed(known), pl.List(pl.Float64())), empty_values=True)


def _words(cells: pl.Series) -> _Read:
    def read(known: pl.Series) -> pl.Series:
        apart = pl.element().str.strip_chars()
        divided = known.str.split(SEPARATOR).list.eval(apart.filter(apart != ""))
        listed = _listed(known)
        return decoded(listed, pl.List(pl.String())).zip_with(listed.is_not_null(), divided)

    return _lists(cells, read, empty_values=False)


def _listed(cells: pl.Series) -> pl.Series:
    """The cells that begin as a list does; null for others."""
    return pl.select(pl.when(cells.str.strip_chars_start().str.starts_with("[")).then(cells)).to_series()


def _lists(cells: pl.Series, read: Callable[[pl.Series], pl.Series], empty_values: bool) -> _Read:
    """Lists out of cells, each different text read once: the same options stand in many rows."""
    known = cells.drop_nulls().unique()
    values = read(known)
    if not empty_values:
        hollow = values.list.eval(pl.element().is_null()).list.any().fill_null(False)
        values = pl.select(pl.when(~hollow).then(values)).to_series()
    table = pl.DataFrame({"cell": known, "value": values})
    found = pl.DataFrame({"cell": cells}).join(table, on="cell", how="left", maintain_order="left")["value"]
    return _Read(found, cells.is_not_null() & found.is_null())
