"""Exactly the entries that are needed, out of those that the images drawn for each task have."""

import polars as pl

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.chance import shuffled
from angiogram.data.views.pool import NUMBER, PICTURE
from angiogram.data.views.programme import Counts


def drawn_entries(rows: pl.DataFrame, serving: pl.DataFrame, needed: Counts, seed: int) -> pl.DataFrame:
    """So many entries of each task, by seed: one of each image before a second of any, so that most images remain.

    Of a conversation an earlier turn comes before a later one.

    Args:
        rows: of a `Pool`.
        serving: `picture` and `task`, which image is used for which task; with at least as many entries as are needed.
        needed: `[T]`, entries of each task.
        seed: of the draw.

    Returns:
        Those of the rows that are drawn, in their order.
    """
    chance = pl.Series("chance", shuffled(rows.height, "entries of images", seed))
    conversation = pl.col("conversation")
    first = pl.when(conversation.is_null()).then("chance").otherwise(pl.col("chance").min().over("conversation"))
    limits = pl.LazyFrame({"task": pl.Series(ON_IMAGES, dtype=pl.Enum(ON_IMAGES)), "needed": needed})
    each, task = pl.int_range(pl.len()).over(PICTURE, "task"), pl.int_range(pl.len()).over("task")
    return (
        rows.lazy()
        .with_columns(chance)
        .join(serving.lazy(), on=[PICTURE, "task"], how="semi")
        .sort(first, "turn", NUMBER)
        .with_columns(each.alias("before"))
        .sort("before", "chance")
        .with_columns(task.alias("place"))
        .join(limits, on="task")
        .filter(pl.col("place") < pl.col("needed"))
        .select(rows.columns)
        .sort(NUMBER)
        .collect()
    )
