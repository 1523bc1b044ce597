"""An annotation table as a file or folder of the format that its name asks for."""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.about import about_of, beside
from angiogram.data.annotations.columns import FIELDS
from angiogram.data.annotations.formats.conversations.layout import Layout
from angiogram.data.annotations.formats.conversations.write import write_conversations
from angiogram.data.annotations.formats.datasets import write_dataset
from angiogram.data.annotations.formats.json_cells import encoded
from angiogram.data.annotations.schema import ANSWER, SCHEMA
from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.imaging.printable import printable

SUFFIXES = (".parquet", ".csv", ".tsv", ".jsonl", ".json")


def need_format(path: Path) -> None:
    """Refuse a name whose suffix is of no format that is written.

    Raises:
        InputError: the message names those that are.
    """
    if path.suffix.lower() not in ("", *SUFFIXES) or (path.suffix and path.is_dir()):
        raise InputError(
            f"'{printable(path)}' is no name for an annotation table; allowed are {', '.join(SUFFIXES)} (.json for "
            "conversations), and a name without suffix for a folder of `datasets`."
        )


def write_as(table: Annotations, path: Path, layout: Layout = "llava") -> None:
    """Write a table, whole or not at all: .parquet, .csv, .tsv, .jsonl, .json (conversations), or a folder.

    What Parquet files say of themselves (the folder of images, what must be known) stands beside the others, in
    `NAME.about.json`.

    Args:
        table: of sound entries.
        path: whose suffix says the format; none is a folder of Hugging Face `datasets`.
        layout: of conversations.

    Raises:
        InputError: the suffix is another, the disk is full or the folder cannot be written.
    """
    need_format(path)
    suffix = path.suffix.lower()
    if suffix == "":
        write_dataset(table, path)
    elif suffix == ".parquet":
        write_annotations(table, path)
    else:
        if suffix == ".json":
            write_conversations(table, path, layout)
        elif suffix == ".jsonl":
            with atomic_file(path) as temporary:
                table.entries.sink_ndjson(temporary)
        else:
            with atomic_file(path) as temporary:
                table.entries.select(_flat()).sink_csv(temporary, separator="\t" if suffix == ".tsv" else ",")
        with atomic_file(beside(path)) as temporary:
            temporary.write_text(about_of(table.images, table.statements, path), "utf-8")


def _flat() -> list[pl.Expr]:
    """Columns of plain cells; lists are JSON."""
    kinds = {field.name: field.dtype for field in ANSWER.fields}
    inner = {name: pl.col("answer").struct.field(name) for name in FIELDS}
    fields = [
        (encoded(value) if isinstance(kinds[name], pl.List) else value).alias(f"answer.{name}")
        for name, value in inner.items()
    ]
    return [*(pl.col(name) for name in SCHEMA if name != "answer"), *fields]
