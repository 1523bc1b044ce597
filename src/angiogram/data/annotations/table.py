"""An annotation table in a Parquet file: entries, where their images are, and what must be known about them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl

from angiogram.data.annotations.about import ABOUT, about_in, about_of
from angiogram.data.annotations.arrow import sink
from angiogram.data.annotations.columns import need_columns
from angiogram.data.annotations.features import KEY, features
from angiogram.data.annotations.schema import SCHEMA
from angiogram.errors import InputError, reason_of
from angiogram.files import atomic_file

NO_TURN = -1
"""Instead of a number beyond the type's, so that the rule of turns sets its row aside."""
_WIDER = (pl.UInt64(), pl.Int128(), pl.UInt128())


@dataclass(frozen=True)
class Annotations:
    """Entries about images.

    Attributes:
        entries: rows of the schema; nothing is computed before it is asked for.
        images: the folder where paths of images start.
        statements: what a reader must know about these data (origin, limits, how uncertain labels are taken); shown
            wherever the entries are.
    """

    entries: pl.LazyFrame
    images: Path
    statements: tuple[str, ...] = ()


def read_annotations(path: Path) -> Annotations:
    """Open a table that `write_annotations` wrote, or a Parquet file with the columns of the schema.

    Rows are not looked at; `checked` does that.

    Raises:
        InputError: the file is missing or damaged, lacks a column, has one of another type, or is of a later version.
    """
    if not path.exists():
        raise InputError(f"There is no annotation table '{path}'.")
    if path.suffix.lower() != ".parquet":
        make = "`angiogram data table` makes one of other files, folders and labelled images"
        raise InputError(f"'{path}' is no Parquet file (.parquet), as annotation tables are; {make}.")
    try:
        about = about_in(pl.read_parquet_metadata(path), path)
        frame = pl.scan_parquet(path)
        given = frame.collect_schema()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"'{path}' is not a readable Parquet file: {reason_of(error)}.") from error
    return Annotations(frame.select(conformed(given, path)), about.images, about.statements)


def write_annotations(table: Annotations, path: Path) -> None:
    """Write a table, whole or not at all.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    metadata = {ABOUT: about_of(table.images, table.statements, path), KEY: json.dumps(features())}
    with atomic_file(path) as temporary:
        sink(table.entries, temporary, metadata)


def conformed(given: Mapping[str, pl.DataType], path: Path) -> list[pl.Expr]:
    """All columns of the schema in its order; empty ones where a table lacks them.

    Args:
        given: the table's columns and their types.
        path: that messages name.

    Raises:
        InputError: a column that is needed is missing, or has a type that cannot be taken for the schema's.
    """
    need_columns(given, path)
    for name, kind in SCHEMA.items():
        if name in given and not _may_be(given[name], kind):
            raise InputError(f"The column '{name}' of '{path}' holds {given[name]}, where {kind} is needed.")
    columns = {name: _value(pl.col(name), given.get(name), kind) for name, kind in SCHEMA.items()}
    return [value.alias(name) for name, value in columns.items()]


def _value(column: pl.Expr, given: pl.DataType | None, kind: pl.DataType) -> pl.Expr:
    """A column as one of the schema; of an answer each field, so that one that is null is empty."""
    if isinstance(kind, pl.Struct):
        inner = {field.name: made(field.dtype) for field in given.fields} if isinstance(given, pl.Struct) else {}
        return pl.struct(
            _value(column.struct.field(field.name), inner.get(field.name), made(field.dtype)).alias(field.name)
            for field in kind.fields
        )
    if given is None:
        return pl.lit(None, kind)
    if kind == pl.Int64() and given in _WIDER:
        whole = column.cast(kind, strict=False)
        return pl.when(column.is_not_null() & whole.is_null()).then(NO_TURN).otherwise(whole)
    return column.cast(kind)


def _may_be(given: pl.DataType, needed: pl.DataType) -> bool:
    """Whether every value of one type is one of the other, written otherwise."""
    if given == needed or given == pl.Null():
        return True
    if isinstance(needed, pl.Struct) and isinstance(given, pl.Struct):
        kinds = {field.name: field.dtype for field in given.fields}
        inner = {field.name: field.dtype for field in needed.fields}
        return all(name in inner and _may_be(made(kind), made(inner[name])) for name, kind in kinds.items())
    if isinstance(needed, pl.List) and isinstance(given, pl.List | pl.Array):
        return _may_be(made(given.inner), made(needed.inner))
    if isinstance(needed, pl.String):
        return isinstance(given, pl.Categorical | pl.Enum) or given.is_integer()
    if isinstance(needed, pl.Float64):
        return given.is_numeric()
    return needed.is_integer() and given.is_integer()


def made(kind: object) -> pl.DataType:
    """A type inside another, which may be named by its class."""
    return kind if isinstance(kind, pl.DataType) else cast(type[pl.DataType], kind)()
