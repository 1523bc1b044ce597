"""Images that are alike: the same number of entries of every task."""

from dataclasses import dataclass

import polars as pl

from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.chance import shuffled
from angiogram.data.views.pool import PICTURE
from angiogram.data.views.programme import Counts

TYPE, COUNT, PLACE = "type", "count", "place"


@dataclass(frozen=True)
class ImageTypes:
    """Images by how many entries of each task they have; what counts about an image when entries are drawn.

    Attributes:
        entries: `[K, T]`, entries of each task that an image of the type has.
        count: `[K]`, images of the type.
        images: `picture`, `type` (row of `entries`), `count`, and `place` (0 to count - 1, by seed) of each image.
    """

    entries: Counts
    count: Counts
    images: pl.DataFrame


def types_of(entries: pl.DataFrame, seed: int) -> ImageTypes:
    """Sort images into types.

    Args:
        entries: `picture` and a column a task, as `entries_of_images` gives them.
        seed: of the places within a type.
    """
    types = entries.group_by(ON_IMAGES).agg(pl.len().cast(pl.Int64).alias(COUNT)).sort(ON_IMAGES).with_row_index(TYPE)
    drawn = pl.Series("drawn", shuffled(entries.height, "places of images", seed))
    images = (
        entries.with_columns(drawn)
        .join(types, on=ON_IMAGES, maintain_order="left")
        .select(PICTURE, TYPE, COUNT, (pl.col("drawn").rank("ordinal").over(TYPE).cast(pl.Int64) - 1).alias(PLACE))
    )
    return ImageTypes(types.select(pl.col(ON_IMAGES).cast(pl.Int64)).to_numpy(), types[COUNT].to_numpy(), images)
