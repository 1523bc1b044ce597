"""The rows of a table that views are made of, without their texts; what does not take part is counted."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from angiogram.data.annotations.entry import Side
from angiogram.data.annotations.rules import REASON, ROW, checked
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.errors import InputError, reason_of

NUMBER, PICTURE, GROUP = "number", "picture", "group"
TELLING = 20  # rows set aside that are told with their reason


@dataclass(frozen=True)
class SetAside:
    """A row that breaks the schema's rules.

    Attributes:
        row: its number in the table, from 1.
        id: of the entry; None where it has none.
        reason: why, a sentence without its full stop.
    """

    row: int
    id: str | None
    reason: str


@dataclass(frozen=True)
class Given:
    """What the table holds, and what of it takes no part in the views.

    rows = set_aside + without_image + other_splits + those that take part.

    Attributes:
        rows: all rows.
        set_aside: rows that break a rule.
        reasons: the first of these, at most 20.
        without_image: sound entries of `text_qa`.
        split: whose entries take part; None where the table has no split, and all do.
        other_splits: sound entries on images of another split or of none.
    """

    rows: int
    set_aside: int
    reasons: tuple[SetAside, ...]
    without_image: int
    split: Side | None
    other_splits: int


@dataclass(frozen=True)
class Pool:
    """Entries on images.

    Attributes:
        every: one row for each sound entry on an image: `number` (its row in the table, from 0), `picture` (row in
            `images`), `task`, `source`, `group` (the image where the patient is not known), `split`, `conversation`,
            `turn`.
        rows: those of them that take part in views.
        images: `picture` and `image`, in the order of the paths.
        given: what the table holds.
    """

    every: pl.DataFrame
    rows: pl.DataFrame
    images: pl.DataFrame
    given: Given


def read_pool(table: Annotations, split: Side = "train") -> Pool:
    """Look at every row of a table once.

    Args:
        table: of which texts are read, judged and not kept.
        split: whose entries take part, where the table has splits.

    Raises:
        InputError: the file is damaged.
    """
    found = checked(table.entries.with_row_index(NUMBER))
    names = pl.col("image", "source", "conversation").cast(pl.Categorical)
    accepted = found.accepted.select(
        NUMBER,
        names,
        pl.col("task").cast(pl.Enum((*ON_IMAGES, "text_qa"))),
        pl.coalesce("group", "image").cast(pl.Categorical).alias(GROUP),
        pl.col("split").cast(pl.Categorical),
        "turn",
    )
    with reading():
        sound, aside = pl.collect_all([accepted, found.set_aside], engine="streaming")
    on_images = sound.filter(pl.col("image").is_not_null()).with_columns(pl.col("task").cast(pl.Enum(ON_IMAGES)))
    images = on_images.select("image").unique().sort(pl.col("image").cast(pl.String)).with_row_index(PICTURE)
    every = on_images.join(images, on="image").drop("image").sort(NUMBER)
    has_split = every["split"].null_count() < every.height
    rows = every.filter(pl.col("split") == split) if has_split else every
    given = Given(
        rows=sound.height + aside.height,
        set_aside=aside.height,
        reasons=tuple(SetAside(*row) for row in aside.sort(ROW).head(TELLING).select(ROW, "id", REASON).rows()),
        without_image=sound.height - on_images.height,
        split=split if has_split else None,
        other_splits=every.height - rows.height,
    )
    return Pool(every, rows, images, given)


def entries_of_images(rows: pl.DataFrame) -> pl.DataFrame:
    """How many entries of each task an image has: `picture`, then a column a task; in the order of the pictures."""
    return rows.group_by(PICTURE).agg((pl.col("task") == task).sum().alias(task) for task in ON_IMAGES).sort(PICTURE)


@contextmanager
def reading() -> Generator[None]:
    """Turn damage that only shows while rows are read into one clear sentence."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"The annotation table cannot be read to its end: {reason_of(error)}.") from error
