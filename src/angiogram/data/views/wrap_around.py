"""Uses of a type of images spread over its images, so that none serves more tasks than another by more than one.

McNaughton, "Scheduling with deadlines and loss functions", Management Science 6, 1959: the images of a type lie on a
circle, and each task takes the next y of them. Since y is at most the number of images, no task comes twice to one.
"""

import numpy as np
import polars as pl

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.image_types import COUNT, PICTURE, PLACE, TYPE, ImageTypes
from angiogram.data.views.programme import Counts


def tasks_of_images(types: ImageTypes, uses: Counts) -> pl.DataFrame:
    """Which image is used for which task: rows of `picture` and `task`.

    Args:
        types: with the place of each image on its circle.
        uses: `[K, T]`, images of the type that are used for the task.
    """
    first = np.cumsum(uses, 1) - uses
    drawn = [
        types.images.lazy()
        .join(
            pl.LazyFrame({TYPE: np.arange(len(uses), dtype=np.uint32), "first": first[:, i], "uses": uses[:, i]}),
            on=TYPE,
        )
        .filter((pl.col(PLACE) - pl.col("first")) % pl.col(COUNT) < pl.col("uses"))
        .select(PICTURE, pl.lit(task, pl.Enum(ON_IMAGES)).alias("task"))
        for i, task in enumerate(ON_IMAGES)
    ]
    return pl.concat(pl.collect_all(drawn)).sort(PICTURE, "task")
