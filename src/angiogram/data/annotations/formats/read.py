"""A file of annotations by what it is."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from angiogram.data.annotations.about import about_beside
from angiogram.data.annotations.columns import KNOWN, left_out, need_columns
from angiogram.data.annotations.formats import delimited, frames, lines
from angiogram.data.annotations.formats.cells import typed
from angiogram.data.annotations.formats.conversations.items import read_items
from angiogram.data.annotations.formats.conversations.layout import SPELT
from angiogram.data.annotations.formats.datasets import read_dataset
from angiogram.data.annotations.given import Given
from angiogram.data.sources.tabular.shards import is_dataset, shards_of
from angiogram.errors import InputError
from angiogram.imaging.present import need_file
from angiogram.imaging.printable import printable

SUFFIXES = (*frames.SUFFIXES, *delimited.SUFFIXES, *lines.SUFFIXES)


def read_given(path: Path, images: Path | None = None) -> Given:
    """Read an annotation table, conversations, or a folder of `datasets` with the columns of a table.

    Args:
        path: of the file or folder.
        images: the folder where paths of images start; where None, the one that the file names, or its own.

    Raises:
        InputError: there is no such file, it is of another kind, or is not what its suffix says.
    """
    given = _read(path, images)
    inside = (
        f"{given.images.resolve().as_posix()}/"  # what is absolute and lies in the folder is as good as a path from it
    )
    return replace(given, rows=given.rows.with_columns(pl.col("image").str.strip_prefix(inside)))


def _read(path: Path, images: Path | None) -> Given:
    if path.is_dir() and is_dataset(path):
        return read_dataset(path, images)
    suffix = path.suffix.lower()
    if not path.is_file():
        raise InputError(f"There is no annotation table '{printable(path)}'.")
    if suffix not in SUFFIXES:
        raise InputError(
            f"'{printable(path)}' is no annotation table; allowed are {', '.join(SUFFIXES)} and a folder of `datasets`."
        )
    if suffix in frames.SUFFIXES:
        return frames.read_frame(path, images)
    about = about_beside(path)
    start = about.images if images is None else images
    if suffix in lines.SUFFIXES:
        objects = lines.objects_of(path)
        names = lines.keys_of(objects)
        if not set(SPELT).isdisjoint(names):
            return read_items(objects, path, start, about.statements)
        cells, unit = (
            lines.cells_of(objects, [name for name in names if name in KNOWN]),
            "line" if suffix == ".jsonl" else "row",
        )
    else:
        (cells, names), unit = delimited.read_delimited(path), "row"
    need_columns(names, path)
    return Given(typed(cells).lazy(), start, (*about.statements, *left_out(names)), unit)


def names_in(path: Path) -> tuple[str, ...]:
    """The columns of a table, or the members of the objects of a JSON file; none of what cannot be read.

    Nothing but the head of the file is looked at where its format allows that.
    """
    try:
        if path.is_dir():
            shards = shards_of(path)
            return tuple(frames.schema_of(shards[0][1]).names) if shards else ()
        need_file(path, printable(path), "file")
        suffix = path.suffix.lower()
        if suffix in frames.SUFFIXES:
            return tuple(frames.schema_of(path).names)
        if suffix in delimited.SUFFIXES:
            return delimited.names_of(path)
        return lines.names_of(path) if suffix in lines.SUFFIXES else ()
    except InputError:
        return ()
