"""What lies in the user's download, of the files and the images that a source speaks of."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from angiogram.data.annotations.named.source import MissingFilesError


def first_of(folder: Path, names: Sequence[str]) -> Path | None:
    """The first of these names that is there, in this folder."""
    return next((folder / name for name in names if (folder / name).exists()), None)


class There(NamedTuple):
    """Rows whose images are there.

    Attributes:
        rows: in their order.
        missing: how many images are not there.
        named: how many the source speaks of.
    """

    rows: pl.DataFrame
    missing: int
    named: int

    @property
    def said(self) -> tuple[str, ...]:
        """What is to be stated of a download that lacks images; nothing where it has all."""
        return said_missing(self.missing, self.named)


def said_missing(missing: int, named: int) -> tuple[str, ...]:
    """How many images are missing, where some are.

    >>> said_missing(2, 5), said_missing(0, 5)
    (('Images that are not in this download, and are left out with what is asked of them: 2 of 5.',), ())
    """
    said = (
        f"Images that are not in this download, and are left out with what is asked of them: {missing:,} of {named:,}."
    )
    return (said,) if missing else ()


def only_there(frame: pl.DataFrame, images: Path, below: str = "") -> There:
    """The rows whose `image` is a file.

    Args:
        frame: with `image`, paths from `images`.
        images: the folder where paths start.
        below: the only folder in it that is looked through.

    Raises:
        MissingFilesError: none is.
    """
    found = pl.DataFrame({"image": list(_files(images, below))}, schema={"image": pl.String})
    rows = frame.join(found, "image", "semi", maintain_order="left")
    named = frame["image"].n_unique()
    if rows.is_empty():
        raise MissingFilesError(f"None of the {named:,} images that the source speaks of lies in '{images / below}'.")
    return There(rows, named - rows["image"].n_unique(), named)


def _files(images: Path, below: str) -> Iterator[str]:
    """Paths of all files, with `/`."""
    for folder, _, names in os.walk(images / below):
        start = Path(folder).relative_to(images).as_posix()
        yield from (name if start == "." else f"{start}/{name}" for name in names)
