"""From a table to an image-centric view and a scattered one of the same size."""

from dataclasses import dataclass

import polars as pl

from angiogram.cache import Progress
from angiogram.data.annotations.entry import Side
from angiogram.data.annotations.table import Annotations
from angiogram.data.progress import silent
from angiogram.data.shown import Pictures
from angiogram.data.views.dense import Dense, dense_images, most_with_one_task
from angiogram.data.views.draw import drawn_entries
from angiogram.data.views.examples import dense_examples
from angiogram.data.views.fewest import Fewest, fewest_uses
from angiogram.data.views.image_types import ImageTypes, types_of
from angiogram.data.views.pool import NUMBER, PICTURE, Pool, entries_of_images, read_pool
from angiogram.data.views.statistics import statistics
from angiogram.data.views.view import Asked, Matched, View
from angiogram.data.views.wrap_around import tasks_of_images
from angiogram.errors import InputError
from angiogram.seed import check_seed


@dataclass(frozen=True)
class Views:
    """Both views of a table.

    Attributes:
        view: in numbers and examples.
        image_centric: numbers of the table's rows, ascending.
        scattered: likewise.
    """

    view: View
    image_centric: pl.Series
    scattered: pl.Series


def build_views(
    table: Annotations, name: str, asked: Asked, pictures: Pictures = "auto", progress: Progress = silent
) -> Views:
    """Choose, match, draw and count.

    Args:
        table: to make views of.
        name: of its file.
        asked: the settings.
        pictures: which examples are shown with their picture.
        progress: receives a line for each step.

    Raises:
        InputError: the table is damaged or has too few such images, or a setting has a value that is not allowed.
    """
    check_seed(asked.seed)
    progress(f"reading and checking '{name}'")
    pool = read_pool(table, asked.split)
    _need_entries(pool, name, asked.split)
    entries = entries_of_images(pool.rows)
    dense, types = dense_images(entries, asked.tasks, asked.seed), types_of(entries, asked.seed)
    progress(f"matching: {entries.height} images of {len(types.count)} types")
    images, fewest = _size(dense, types, asked.images)
    progress(f"drawing and counting: {images} images, {dense.needed[images].sum()} entries in each view")
    chosen = pl.Series(PICTURE, dense.pictures[:images]).to_frame()
    centric = pool.rows.join(chosen, on=PICTURE, how="semi", maintain_order="left")
    serving = tasks_of_images(types, fewest.uses)
    scattered = drawn_entries(pool.rows, serving, dense.needed[images], asked.seed)
    return Views(
        View(
            table=name,
            statements=table.statements,
            asked=asked,
            given=pool.given,
            matched=_matched(dense, types, fewest, asked.images is None, centric, scattered),
            all=statistics(pool.every),
            image_centric=statistics(centric),
            scattered=statistics(scattered),
            examples=dense_examples(table, centric, pool.images, pictures),
        ),
        centric[NUMBER],
        scattered[NUMBER],
    )


def _need_entries(pool: Pool, name: str, split: Side) -> None:
    if pool.every.is_empty():
        given = pool.given
        raise InputError(
            f"'{name}' has no sound entry on an image; {given.set_aside} of its {given.rows} rows are set aside"
            + (f", the first since {given.reasons[0].reason}." if given.reasons else ".")
        )
    if pool.rows.is_empty():
        known = ", ".join(sorted(pool.every["split"].drop_nulls().cast(pl.String).unique()))
        raise InputError(f"'{name}' has no entry on an image in the split '{split}'; its splits are {known}.")


def _size(dense: Dense, types: ImageTypes, images: int | None) -> tuple[int, Fewest]:
    """How many images, and which types are used for what."""

    def fewest(number: int) -> Fewest:
        return fewest_uses(types.entries, types.count, dense.needed[number])

    if images is not None:
        if not 1 <= images <= len(dense):
            raise InputError(
                f"{len(dense)} images have at least {dense.tasks} tasks each, so --images is from 1 to {len(dense)}, "
                f"not {images}; a smaller --tasks allows more."
            )
        return images, fewest(images)
    # What fractions of images can do, whole ones mostly can too, else a few images fewer.
    for number in range(most_with_one_task(dense, types), 0, -1):
        if (found := fewest(number)).most == 1:
            return number, found
    raise InputError(
        "Even for one image with its entries, others of this table would have to serve several tasks each; --images "
        "says how many it shall be nevertheless."
    )


def _matched(
    dense: Dense, types: ImageTypes, fewest: Fewest, found: bool, centric: pl.DataFrame, scattered: pl.DataFrame
) -> Matched:
    served = scattered.group_by(PICTURE).agg(pl.col("task").n_unique().alias("tasks"))
    most, extra = served.select(pl.col("tasks").max(), (pl.col("tasks") - 1).sum().alias("extra")).row(0)
    return Matched(
        images=centric[PICTURE].n_unique(),
        images_found=found,
        tasks=dense.tasks,
        candidates=len(dense),
        types=len(types.count),
        most_tasks=most,
        most_tasks_at_least=min(fewest.most_at_least, most),
        extra_uses=extra,
        extra_uses_at_least=min(fewest.extra_at_least, extra),
        shared_images=centric.select(PICTURE).unique().join(scattered, on=PICTURE, how="semi").height,
        shared_entries=centric.join(scattered, on=NUMBER, how="semi").height,
    )
