"""What a file says of the annotation table in it: its version, where the images are, what must be known."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from angiogram.data.annotations.schema import VERSION
from angiogram.errors import InputError, reason_of
from angiogram.imaging.printable import printable

ABOUT = "angiogram_annotations"
"""Key of a Parquet file's metadata; formats without metadata have a file of their own beside them."""
_BESIDE = ".about.json"
_DEFAULTS = {"version": VERSION, "images": ".", "statements": ()}


class About(NamedTuple):
    """What stands in a file's metadata.

    Attributes:
        images: the folder where paths of images start.
        statements: what a reader must know about the data.
    """

    images: Path
    statements: tuple[str, ...] = ()


def about_of(images: Path, statements: Sequence[str], path: Path) -> str:
    """What a file at `path` says of the table in it, as JSON; the folder of images as seen from there."""
    start = Path(os.path.relpath(images.resolve(), path.parent.resolve())).as_posix()
    return json.dumps({"version": VERSION, "images": start, "statements": list(statements)}, ensure_ascii=False)


def about_in(metadata: Mapping[str, str], path: Path) -> About:
    """What a file's metadata say; its own folder and nothing where they say nothing.

    Paths start where the file really lies, whatever links lead to it.

    Raises:
        InputError: the file is of a later version, or its metadata are no such JSON.
    """
    try:
        about = json.loads(metadata.get(ABOUT, "{}"))
        version, images, statements = (about.get(*each) for each in _DEFAULTS.items())
        found = About(Path(os.path.normpath(path.resolve().parent / images)), tuple(map(str, statements)))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"What '{path}' says of itself is damaged: {reason_of(error)}.") from error
    if version != VERSION:
        raise InputError(f"'{path}' is of version {version} of the annotation table; this reads {VERSION}.")
    return found


def beside(path: Path) -> Path:
    """The file that says of a CSV, TSV, JSON or JSONL file what the metadata of a Parquet file say.

    >>> beside(Path("made/table.csv")).name
    'table.csv.about.json'
    """
    return path.with_name(path.name + _BESIDE)


def about_beside(path: Path) -> About:
    """What stands beside a file; its own folder and nothing where there is no such file.

    Raises:
        InputError: as `about_in`.
    """
    known = beside(path)
    if not known.is_file():
        return About(path.parent)
    try:
        return about_in({ABOUT: known.read_text("utf-8")}, path)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"'{printable(known)}' cannot be read: {reason_of(error)}.") from error
