"""How densely images are annotated: numbers for a table on the terminal, JSON and a page."""

from dataclasses import dataclass
from typing import cast

import polars as pl

from angiogram.data.annotations.entry import Side
from angiogram.data.annotations.tasks import ON_IMAGES, Task
from angiogram.data.views.pool import GROUP, PICTURE, entries_of_images


@dataclass(frozen=True)
class Bar:
    """How many images have a number of something."""

    value: int
    images: int


@dataclass(frozen=True)
class PerImage:
    """A number that each image has.

    Attributes:
        mean: over images; NaN without images.
        median: over images; NaN without images.
        histogram: each number that occurs, ascending.
    """

    mean: float
    median: float
    histogram: tuple[Bar, ...]


@dataclass(frozen=True)
class TaskCount:
    """Of one task: entries, and images that have any."""

    task: Task
    entries: int
    images: int


@dataclass(frozen=True)
class SourceCount:
    """Of one source.

    Attributes:
        source: its short name; None where the table names none.
        entries: on images.
        images: that it annotates.
        by_task: entries of each task, in the order of `Statistics.tasks`.
    """

    source: str | None
    entries: int
    images: int
    by_task: tuple[int, ...]


@dataclass(frozen=True)
class SplitCount:
    """Of one split; None for entries that are in none."""

    split: Side | None
    entries: int
    images: int
    groups: int


@dataclass(frozen=True)
class Statistics:
    """A set of entries on images in numbers.

    Attributes:
        entries: how many.
        images: with at least one.
        groups: different patients; an image whose patient is not known counts as one.
        entries_per_image: 7.46 on average in IMAX (arXiv 2504.09967).
        tasks_per_image: different tasks; 4.10 on average in IMAX.
        tasks: all seven, in the order of `ON_IMAGES`.
        together: `[T, T]`, images that have both tasks; the diagonal is the images of a task.
        sources: the largest first.
        splits: train, validation, test, none; those that occur.
    """

    entries: int
    images: int
    groups: int
    entries_per_image: PerImage
    tasks_per_image: PerImage
    tasks: tuple[TaskCount, ...]
    together: tuple[tuple[int, ...], ...]
    sources: tuple[SourceCount, ...]
    splits: tuple[SplitCount, ...]


def statistics(rows: pl.DataFrame) -> Statistics:
    """Count the rows of a `Pool`, or some of them."""
    images = entries_of_images(rows)
    has = [pl.col(task) > 0 for task in ON_IMAGES]
    together = images.select((a & b).sum().alias(f"{i},{j}") for i, a in enumerate(has) for j, b in enumerate(has))
    pairs, count = together.row(0), len(ON_IMAGES)
    entries = images.select(pl.col(ON_IMAGES).sum()).row(0)
    return Statistics(
        entries=rows.height,
        images=images.height,
        groups=rows[GROUP].n_unique(),
        entries_per_image=_per_image(images.select(pl.sum_horizontal(ON_IMAGES)).to_series()),
        tasks_per_image=_per_image(images.select(pl.sum_horizontal(has)).to_series()),
        tasks=tuple(TaskCount(task, entries[i], pairs[i * count + i]) for i, task in enumerate(ON_IMAGES)),
        together=tuple(pairs[i * count : (i + 1) * count] for i in range(count)),
        sources=_sources(rows),
        splits=_splits(rows),
    )


def _per_image(numbers: pl.Series) -> PerImage:
    counted = numbers.alias("value").value_counts(name="images").sort("value")
    mean, median = cast(tuple[float | None, float | None], (numbers.mean(), numbers.median()))
    return PerImage(
        float("nan") if mean is None else mean,
        float("nan") if median is None else median,
        tuple(Bar(*row) for row in counted.rows()),
    )


def _sources(rows: pl.DataFrame) -> tuple[SourceCount, ...]:
    counted = rows.group_by(pl.col("source").cast(pl.String)).agg(
        pl.len().alias("entries"),
        pl.col(PICTURE).n_unique().alias("images"),
        *((pl.col("task") == task).sum().alias(task) for task in ON_IMAGES),
    )
    ordered = counted.sort("entries", "source", descending=[True, False])
    return tuple(SourceCount(*row[:3], by_task=row[3:]) for row in ordered.rows())


def _splits(rows: pl.DataFrame) -> tuple[SplitCount, ...]:
    counted = rows.group_by(pl.col("split").cast(pl.String)).agg(
        pl.len().alias("entries"), pl.col(PICTURE).n_unique().alias("images"), pl.col(GROUP).n_unique().alias("groups")
    )
    order = {"train": 0, "validation": 1, "test": 2, None: 3}
    return tuple(SplitCount(*row) for row in sorted(counted.rows(), key=lambda row: order[row[0]]))
