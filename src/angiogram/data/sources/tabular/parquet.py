"""Parquet and Arrow files, those of Hugging Face `datasets` with their images and class names among them."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import ipc, parquet

from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.lines import text
from angiogram.errors import InputError


def read_parquet(path: Path) -> Contents:
    """Read a `.parquet` or `.arrow` file.

    A column of `datasets.Image` (a struct of `bytes` and `path`) holds pictures, a `ClassLabel` becomes its names.
    Columns of other nested values are passed over.

    Raises:
        InputError: the file is missing, damaged, or has no rows.
    """
    try:
        if path.suffix.lower() == ".arrow":
            with path.open("rb") as file:
                table = ipc.open_stream(file).read_all()
        else:
            table = parquet.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"'{path}' cannot be read as a table: {str(error).splitlines()[0]}.") from error
    if not table.num_rows:
        raise InputError(f"The table '{path}' has no rows.")
    classes = _class_names(table.schema)
    columns: dict[str, tuple[str, ...]] = {}
    pictures: dict[str, tuple[bytes | None, ...]] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if _is_image(column.type):
            values: list[Any] = [value or {} for value in column.to_pylist()]
            columns[name] = tuple(text(value.get("path")) for value in values)
            pictures[name] = tuple(value.get("bytes") for value in values)
        elif pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            pictures[name] = tuple(column.to_pylist())
            columns[name] = ("",) * len(column)
        elif not pa.types.is_nested(column.type):
            columns[name] = tuple(_named(value, classes.get(name, [])) for value in column.to_pylist())
    return Contents(columns, pictures)


def _is_image(kind: pa.DataType) -> bool:
    return pa.types.is_struct(kind) and {"bytes", "path"} <= {field.name for field in kind}


def _named(value: object, names: list[str]) -> str:
    """A class number as its name; -1 is what `datasets` writes for no class."""
    if names and isinstance(value, int) and -1 <= value < len(names):
        return names[value] if value >= 0 else ""
    return text(value)


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Names of the classes of each `ClassLabel`, as `datasets` writes them beside the columns."""
    try:
        features: Any = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {name: kind["names"] for name, kind in features.items() if kind.get("_type") == "ClassLabel"}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}
