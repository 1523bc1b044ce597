"""A folder of Hugging Face `datasets`: what `save_to_disk` or `to_parquet` made, and one that `load_dataset` opens."""

import json
import re
from pathlib import Path
from typing import Any

import polars as pl

from angiogram.data.annotations.about import ABOUT, about_in, about_of
from angiogram.data.annotations.arrow import sink
from angiogram.data.annotations.columns import left_out
from angiogram.data.annotations.features import KEY, features
from angiogram.data.annotations.formats.frames import metadata_of, opened, rows_of
from angiogram.data.annotations.given import Given
from angiogram.data.annotations.rules import REASON, ROW
from angiogram.data.annotations.schema import SCHEMA
from angiogram.data.annotations.table import Annotations
from angiogram.data.sources.sides import TEST, TRAINING, VALIDATION
from angiogram.data.sources.tabular.shards import shards_of
from angiogram.errors import InputError
from angiogram.files import atomic_folder
from angiogram.imaging.printable import printable

_WRITTEN = re.compile(r"data/\w+-00000-of-00001\.parquet")
_SIDES = {word: side for side, words in zip(("train", "validation", "test"), (TRAINING, VALIDATION, TEST), strict=True)
          for word in words}  # fmt: skip


def read_dataset(folder: Path, images: Path | None = None) -> Given:
    """Read all parts of a folder of `datasets`; an entry without a split is of that which its part is named after.

    Args:
        folder: with Parquet files in it or in `data/`, or with `state.json`.
        images: the folder where paths of images start; where None, the one that the files name, or this folder.

    Raises:
        InputError: there are no such files, or as `read_frame`.
    """
    shards = shards_of(folder)
    if not shards:
        raise InputError(f"'{printable(folder)}' holds no files of `datasets`: neither .parquet nor state.json.")
    parts: list[pl.LazyFrame] = []
    statements: dict[str, None] = {}
    start = folder if images is None else images
    for part, path in shards:
        frame, schema = opened(path)
        metadata = metadata_of(schema)
        about = about_in(metadata, path)
        if images is None and ABOUT in metadata:
            start = about.images
        rows = rows_of(frame, schema, path, start)
        if "split" not in schema.names and part.lower() in _SIDES:
            rows = rows.with_columns(split=pl.lit(_SIDES[part.lower()]))
        parts.append(rows)
        statements |= dict.fromkeys((*about.statements, *left_out(schema.names)))
    numbered = pl.concat(parts).with_row_index(ROW, 1).select(*SCHEMA, pl.col(ROW).cast(pl.Int64), REASON)
    return Given(numbered, start, tuple(statements))


def _check_is_ours(folder: Path) -> None:
    """Refuse to replace what holds anything but what `write_dataset` writes."""
    found = sorted(path for path in folder.rglob("*") if not path.is_dir()) if folder.is_dir() else [folder]
    for path in found:
        if not (_WRITTEN.fullmatch(path.relative_to(folder).as_posix()) and ABOUT in pl.read_parquet_metadata(path)):
            held = printable(path.name)
            raise InputError(f"'{printable(folder)}' holds '{held}', which no table wrote; name a new folder.")
    if not found:
        raise InputError(f"'{printable(folder)}' exists and is no folder of `datasets`; name another.")


def write_dataset(table: Annotations, folder: Path) -> None:
    """Write a folder that `datasets.load_dataset` opens, a Parquet file for each split, whole or not at all.

    Entries without a split stand in the part `train`, as everything does that `datasets` loads without one; their own
    column still says that they have none.

    Raises:
        InputError: the disk is full, the folder cannot be written, or a file or a folder of something else has its
            name.
    """
    if folder.exists():
        _check_is_ours(folder)
    side = pl.col("split").fill_null("train")
    with atomic_folder(folder) as temporary:
        (temporary / "data").mkdir()
        parts: list[Any] = table.entries.select(side.unique().sort()).collect().to_series().to_list()
        for part in parts or ["train"]:
            name = Path("data", f"{part}-00000-of-00001.parquet")
            about = about_of(table.images, table.statements, folder / name)
            metadata = {ABOUT: about, KEY: json.dumps(features())}
            sink(table.entries.filter(side == part), temporary / name, metadata)
