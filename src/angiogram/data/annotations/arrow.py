"""Entries as a Parquet file with metadata that every reader of Arrow finds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from angiogram.data.annotations.schema import SCHEMA

_ROWS = 2**17  # of a row group
_KEPT = "lz4"  # of the file in between, which is read once


def sink(entries: pl.LazyFrame, path: Path, metadata: Mapping[str, str]) -> None:
    """Write entries without ever holding all of them.

    Polars writes the metadata where Arrow, and so `datasets`, does not look for them; so its file is written again with
    the metadata in the schema, and with the plain types of strings and lists.

    Args:
        entries: with the columns of the schema.
        path: of the file.
        metadata: of its schema.
    """
    first = path.with_name(f"{path.name}.first")
    schema = pa.schema([(name, _arrow(kind)) for name, kind in SCHEMA.items()], metadata)
    try:
        entries.sink_parquet(first, compression=_KEPT)
        with parquet.ParquetFile(first) as source, parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in source.iter_batches(_ROWS):
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))
    finally:
        first.unlink(missing_ok=True)


def _arrow(kind: Any) -> pa.DataType:
    if isinstance(kind, pl.Struct):
        return pa.struct([(field.name, _arrow(field.dtype)) for field in kind.fields])
    if isinstance(kind, pl.List):
        return pa.list_(_arrow(kind.inner))
    plain = {pl.String(): pa.string(), pl.Float64(): pa.float64(), pl.Int64(): pa.int64(), pl.Boolean(): pa.bool_()}
    return plain[kind]
