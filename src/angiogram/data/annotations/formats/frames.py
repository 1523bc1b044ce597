"""Tables of typed columns, Parquet and Arrow, as rows of the schema."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow import ipc, parquet

from angiogram.data.annotations.about import about_in
from angiogram.data.annotations.columns import FIELDS, KNOWN, left_out, need_columns
from angiogram.data.annotations.formats.cells import typed
from angiogram.data.annotations.formats.json_cells import encoded
from angiogram.data.annotations.given import Given
from angiogram.data.annotations.rules import REASON, ROW
from angiogram.data.annotations.schema import SCHEMA
from angiogram.data.annotations.table import conformed
from angiogram.data.sources.tabular.parquet import class_names
from angiogram.errors import InputError, reason_of
from angiogram.imaging.present import need_file
from angiogram.imaging.printable import printable

SUFFIXES = (".parquet", ".arrow")
_HELD = "the picture is held by the table itself, in a file of Arrow, from which it is not read; save it as Parquet"


def read_frame(path: Path, images: Path | None = None) -> Given:
    """Read a Parquet file, or an Arrow file of `datasets`, with the columns of the schema.

    Args:
        path: of the file.
        images: the folder where paths of images start; where None, the one that the file names, or its own.

    Raises:
        InputError: the file is damaged, lacks a column or has one of another type, or is of a later version.
    """
    frame, schema = opened(path)
    about = about_in(metadata_of(schema), path)
    start = about.images if images is None else images
    rows = rows_of(frame, schema, path, start).with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.Int64))
    return Given(rows.select(*SCHEMA, ROW, REASON), start, (*about.statements, *left_out(schema.names)))


def opened(path: Path) -> tuple[pl.LazyFrame, pa.Schema]:
    """A table's columns and its schema with the metadata.

    Raises:
        InputError: the file is missing or damaged.
    """
    schema = schema_of(path)
    with _reading(path):
        if path.suffix.lower() != ".arrow":
            return pl.scan_parquet(path, glob=False), schema
        with pa.memory_map(str(path)) as file:
            table = ipc.open_stream(file).read_all()
        table.validate(full=True)  # Arrow believes what a stream says of itself
        found = pl.from_arrow(table)
        assert isinstance(found, pl.DataFrame)
        return found.lazy(), schema


def schema_of(path: Path) -> pa.Schema:
    """The schema of a table with the metadata; nothing else of the file is read.

    Raises:
        InputError: the file is missing, damaged, or no file.
    """
    need_file(path, printable(path), "file")
    with _reading(path):
        if path.suffix.lower() != ".arrow":
            return parquet.read_schema(path)
        with pa.memory_map(str(path)) as file:
            return ipc.open_stream(file).schema


@contextmanager
def _reading(path: Path) -> Generator[None]:
    try:
        yield
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        kind = "Parquet" if path.suffix.lower() == ".parquet" else "Arrow"
        raise InputError(f"'{printable(path)}' is not a readable {kind} file: {reason_of(error)}.") from error


def metadata_of(schema: pa.Schema) -> dict[str, str]:
    """The metadata of a schema as text."""
    return {key.decode(): value.decode("utf-8", "replace") for key, value in (schema.metadata or {}).items()}


def rows_of(frame: pl.LazyFrame, schema: pa.Schema, path: Path, images: Path) -> pl.LazyFrame:
    """Rows of the schema, and `reason`, out of a table's columns.

    Numbers of `datasets.ClassLabel` become their names; a picture that a Parquet file holds goes by its place there,
    `file.parquet#17`. Fields of the answer may stand in columns of their own.

    Raises:
        InputError: a column is missing or of another type.
    """
    need_columns(schema.names, path)
    frame = frame.select(name for name in schema.names if name in KNOWN)
    frame = _images(_classes(frame, class_names(schema)), path, images)
    given = frame.collect_schema()
    flat = [name for name in given if name in FIELDS or name.removeprefix("answer.") != name]
    if not flat and given.get("answer") != pl.String():
        reason = pl.col(REASON) if REASON in given else pl.lit(None, pl.String)
        return frame.select(*conformed(given, path), reason.alias(REASON))
    known = [name for name in given if name in KNOWN]
    cells = frame.select(
        *(pl.col(name) if given[name] == pl.String() else encoded(pl.col(name)).alias(name) for name in known),
        *([REASON] if REASON in given else []),
    )
    return typed(cells.with_row_index(ROW, 1).collect()).lazy().drop(ROW)


def _classes(frame: pl.LazyFrame, names: Mapping[str, list[str]]) -> pl.LazyFrame:
    given = frame.collect_schema()
    numbered = {name: words for name, words in names.items() if name in given and given[name].is_integer()}
    return frame.with_columns(
        pl.col(name).replace_strict(list(range(len(words))), words, default=None, return_dtype=pl.String)
        for name, words in numbered.items()
    )


def _images(frame: pl.LazyFrame, path: Path, images: Path) -> pl.LazyFrame:
    """The column of images as text where it is `datasets.Image`."""
    kind: Any = frame.collect_schema()["image"]
    if not isinstance(kind, pl.Struct) or {field.name for field in kind.fields} != {"bytes", "path"}:
        return frame
    inner = pl.col("image").struct.field
    held = inner("bytes").is_not_null()
    if path.suffix.lower() == ".parquet":
        place = Path(os.path.relpath(path.resolve(), images.resolve())).as_posix()
        name = pl.when(held).then(pl.format("{}#{}", pl.lit(place), pl.int_range(pl.len()))).otherwise(inner("path"))
        return frame.with_columns(name.alias("image"))
    return frame.with_columns(
        inner("path").cast(pl.String).alias("image"), pl.when(held).then(pl.lit(_HELD)).alias(REASON)
    )
