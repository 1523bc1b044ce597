"""Densely annotated images to look at, with all that is asked about them."""

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import Task
from angiogram.data.shown import Pictures, is_shown
from angiogram.data.views.pool import NUMBER, PICTURE, reading
from angiogram.errors import InputError
from angiogram.imaging.embedded import base64_png

MOST = 12
MOST_ENTRIES = 40  # of one image, so that a page of examples stays small
SIDE = 256  # pixels of the longer side; a box must be told from its neighbour


@dataclass(frozen=True)
class ExampleEntry:
    """One question about an example.

    Attributes:
        box: left, top, right, bottom as shares of the image's width and height; None where the answer has none.
    """

    id: str
    task: Task
    prompt: str
    target: str
    source: str | None
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Example:
    """An image with all its entries in the view.

    Attributes:
        image: path from the table's image folder.
        width: of the original in pixels; 0 where it cannot be read.
        height: likewise.
        thumbnail: PNG, base64; empty where the picture is not shown.
        hidden: why it is not; empty where it is.
        made: how the picture was made, step by step.
        entries: in the order of the table, at most 40.
        more: entries of the image in the view beyond these.
    """

    image: str
    width: int
    height: int
    thumbnail: str
    hidden: str
    made: tuple[str, ...]
    entries: tuple[ExampleEntry, ...]
    more: int


def dense_examples(
    table: Annotations, rows: pl.DataFrame, images: pl.DataFrame, pictures: Pictures
) -> tuple[Example, ...]:
    """The 12 images with the most tasks, of those the ones with the most entries.

    Args:
        table: with the texts.
        rows: of a view.
        images: `picture` and `image` of the pool.
        pictures: which may be shown.
    """
    by_density = (
        rows.group_by(PICTURE)
        .agg(pl.col("task").n_unique().alias("tasks"), pl.len().alias("entries"))
        .sort("tasks", "entries", PICTURE, descending=[True, True, False])
        .head(MOST)
    )
    chosen = rows.join(by_density.select(PICTURE), on=PICTURE, how="semi").select(NUMBER, PICTURE)
    texts = table.entries.with_row_index(NUMBER).filter(pl.col(NUMBER).is_in(chosen[NUMBER].implode()))
    with reading():
        full = texts.collect(engine="streaming").drop("image").join(chosen, on=NUMBER).sort(NUMBER)
    names = by_density.join(images, on=PICTURE, maintain_order="left").select(PICTURE, pl.col("image").cast(pl.String))
    return tuple(_example(table.images, name, full.filter(pl.col(PICTURE) == i), pictures) for i, name in names.rows())


def _example(folder: Path, name: str, entries: pl.DataFrame, pictures: Pictures) -> Example:
    asked = tuple(
        ExampleEntry(
            row["id"], row["task"], row["prompt"], row["target"], row["source"],
            None if row["answer"] is None or row["answer"]["box"] is None else tuple(row["answer"]["box"]),
        )
        for row in entries.head(MOST_ENTRIES).iter_rows(named=True)
    )  # fmt: skip
    example = Example(name, 0, 0, "", "it cannot be read", (), asked, max(0, entries.height - MOST_ENTRIES))
    try:
        image = read_picture(folder, name)
    except InputError:
        return example
    height, width = image.size
    example = replace(example, width=width, height=height, made=image.made)
    if not is_shown(image, pictures):
        return replace(example, hidden="text may be burned into it" if pictures == "auto" else "pictures are left out")
    return replace(example, thumbnail=base64_png(image, SIDE), hidden="")
