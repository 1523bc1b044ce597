"""An annotation table in a Parquet file: entries, where their images are, and what must be known about them."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import polars as pl

from angiogram.data.annotations.schema import NEEDED, SCHEMA, VERSION
from angiogram.errors import InputError, reason_of
from angiogram.files import atomic_file

_ABOUT = "angiogram.annotations"  # key of the file's metadata


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
    if not path.is_file():
        raise InputError(f"There is no annotation table '{path}'.")
    try:
        about = _about(pl.read_parquet_metadata(path), path)
        frame = pl.scan_parquet(path)
        given = frame.collect_schema()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"'{path}' is not a readable Parquet file: {reason_of(error)}.") from error
    return Annotations(
        conformed(frame, given, path),
        Path(os.path.normpath(path.parent / about.get("images", "."))),
        tuple(about.get("statements", ())),
    )


def write_annotations(table: Annotations, path: Path) -> None:
    """Write a table, whole or not at all.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    about = {
        "version": VERSION,
        "images": Path(os.path.relpath(table.images.resolve(), path.parent.resolve())).as_posix(),
        "statements": table.statements,
    }
    with atomic_file(path) as temporary:
        table.entries.sink_parquet(temporary, metadata={_ABOUT: json.dumps(about)})


def conformed(frame: pl.LazyFrame, given: Mapping[str, pl.DataType], path: Path) -> pl.LazyFrame:
    """The frame with all columns of the schema in its order; empty ones where it lacks them, others dropped.

    Args:
        frame: to conform.
        given: its columns and their types.
        path: that messages name.

    Raises:
        InputError: a column that is needed is missing, or has a type that cannot be taken for the schema's.
    """
    if missing := [name for name in NEEDED if name not in given]:
        near = get_close_matches(missing[0], [name for name in given if name not in SCHEMA], n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; it has {', '.join(list(given)[:20])}."
        raise InputError(f"The annotation table '{path}' has no column '{missing[0]}'{hint}")
    for name, kind in SCHEMA.items():
        if name in given and not _may_be(given[name], kind):
            raise InputError(f"The column '{name}' of '{path}' holds {given[name]}, where {kind} is needed.")
    return frame.select(
        pl.col(name).cast(kind) if name in given else pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items()
    )


def _may_be(given: pl.DataType, needed: pl.DataType) -> bool:
    """Whether every value of one type is one of the other, written otherwise."""
    if given == needed or given == pl.Null():
        return True
    if isinstance(needed, pl.Struct) and isinstance(given, pl.Struct):
        kinds = {field.name: field.dtype for field in given.fields}
        inner = {field.name: field.dtype for field in needed.fields}
        return all(name in inner and _may_be(_made(kind), _made(inner[name])) for name, kind in kinds.items())
    if isinstance(needed, pl.List) and isinstance(given, pl.List | pl.Array):
        return _may_be(_made(given.inner), _made(needed.inner))
    if isinstance(needed, pl.String):
        return isinstance(given, pl.Categorical | pl.Enum)
    if isinstance(needed, pl.Float64):
        return given.is_numeric()
    return needed.is_integer() and given.is_integer()


def _made(kind: object) -> pl.DataType:
    """A type inside another, which may be named by its class."""
    return kind if isinstance(kind, pl.DataType) else cast(type[pl.DataType], kind)()


def _about(metadata: Mapping[str, str], path: Path) -> dict[str, Any]:
    about = json.loads(metadata.get(_ABOUT, "{}"))
    if about.get("version", VERSION) > VERSION:
        raise InputError(f"'{path}' is of version {about['version']} of the annotation table; this reads {VERSION}.")
    return about
