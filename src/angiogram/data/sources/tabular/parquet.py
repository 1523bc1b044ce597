"""Parquet and Arrow files, those of Hugging Face `datasets` with their images and class names among them."""

import json
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from pyarrow import ipc, parquet

from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.lines import text, text_of_several
from angiogram.errors import InputError, reason_of
from angiogram.imaging.bomb import LIMIT, is_bomb
from angiogram.imaging.present import need_file
from angiogram.imaging.printable import printable

MOST_ROWS = 5_000_000
_ROWS = 256  # that are unpacked at a time: pictures are large


def read_parquet(path: Path) -> Contents:
    """Read a `.parquet` or `.arrow` file.

    A column of `datasets.Image` (a struct of `bytes` and `path`) holds pictures, a `ClassLabel` becomes its names.
    Several names in a cell are divided by "|". Columns of other nested values are passed over.

    Raises:
        InputError: the file is missing, damaged, too large, or has no rows.
    """
    name = printable(path)
    need_file(path, name, "file")
    try:
        table = _read(path, name)
        contents = _contents(table).checked(name)
    except InputError:
        raise
    except MemoryError as error:
        raise InputError(f"The table '{name}' does not fit into this machine's memory.") from error
    except Exception as error:  # Arrow's own, and those of Python where a value is no text or no date
        raise InputError(f"'{name}' cannot be read as a table: {reason_of(error)}.") from error
    if not table.num_rows:
        raise InputError(f"The table '{name}' has no rows.")
    return contents


def _read(path: Path, name: str) -> pa.Table:
    """The table, part by part: a few bytes may stand for any number of rows, and a number for a whole picture."""
    if path.suffix.lower() == ".arrow":
        source: Any = ipc.open_stream(path.read_bytes())
        schema, parts = source.schema, source
    else:
        source = parquet.ParquetFile(path)
        schema, parts = source.schema_arrow, source.iter_batches(_ROWS)
    size, rows, total = path.stat().st_size, 0, 0
    found: list[pa.Table] = []
    for part in parts:
        rows += part.num_rows
        if rows > MOST_ROWS:
            raise InputError(f"The table '{name}' has more than {MOST_ROWS} rows, which is the most that are read.")
        part.validate(full=True)  # Arrow believes what a stream says of itself, and reads beyond its end
        found.append(_decoded(part))
        total += found[-1].nbytes
        if is_bomb(size, total):
            raise InputError(f"More comes out of the {size} bytes of the table '{name}' than may; {LIMIT}.")
    return pa.concat_tables(found) if found else schema.empty_table()


def _decoded(part: pa.RecordBatch) -> pa.Table:
    """The rows with the values themselves where numbers stand for them."""
    columns = [column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in part.columns]
    return pa.Table.from_arrays(columns, part.schema.names, metadata=part.schema.metadata)


def _contents(table: pa.Table) -> Contents:
    classes = class_names(table.schema)
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
        elif _is_list(column.type, name in classes):
            named = ([_named(each, classes.get(name, [])) for each in value or []] for value in column.to_pylist())
            columns[name] = tuple(map(text_of_several, named))
        elif not pa.types.is_nested(column.type):
            columns[name] = tuple(_named(value, classes.get(name, [])) for value in column.to_pylist())
    return Contents(columns, pictures)


def _is_image(kind: pa.DataType) -> bool:
    if not pa.types.is_struct(kind) or not {"bytes", "path"} <= {field.name for field in kind}:
        return False
    held = kind.field("bytes").type
    return pa.types.is_binary(held) or pa.types.is_large_binary(held) or pa.types.is_null(held)


def _is_list(kind: pa.DataType, numbered: bool) -> bool:
    """Of names, or of numbers that stand for some: other numbers are vectors and boxes, and no labels."""
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return False
    held = kind.value_type
    return (numbered and pa.types.is_integer(held)) or pa.types.is_string(held) or pa.types.is_large_string(held)


def _named(value: object, names: list[str]) -> str:
    """A class number as its name; -1 is what `datasets` writes for no class."""
    if names and isinstance(value, int) and -1 <= value < len(names):
        return names[value] if value >= 0 else ""
    return text(value)


def class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Names of the classes of each `ClassLabel`, or list of them, as `datasets` writes them beside the columns."""
    try:
        features: Any = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        held = {name: _held(kind) for name, kind in features.items()}
        return {name: kind["names"] for name, kind in held.items() if kind.get("_type") == "ClassLabel"}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}


def _held(kind: Any) -> Any:
    """The kind of a column, or of the members of its lists."""
    if isinstance(kind, list):
        return cast(list[Any], kind)[0]
    return kind.get("feature", kind)
