"""Boxes that several readers drew apart, brought together."""

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from angiogram.data.annotations.named.boxed import SIDES

LEAST_OVERLAP = 0.4
"""Intersection over union from which two boxes are of the same thing, as in the VinBigData challenge on these data."""


class Agreement(NamedTuple):
    """What readers agree on.

    Attributes:
        boxes: one for each thing that two readers or more drew, the mean of theirs side by side, in the order of the
            first; with the columns in which they are the same.
        alone: how many boxes stand for what one reader alone saw.
    """

    boxes: pl.DataFrame
    alone: int


def agreement(boxes: pl.DataFrame, same: list[str], reader: str) -> Agreement:
    """Bring boxes together.

    They are of the same thing where they overlap by `LEAST_OVERLAP` or are linked by such.

    Args:
        boxes: with `left`, `top`, `right` and `bottom`.
        same: columns in which boxes of the same thing are equal: image and finding.
        reader: column that says who drew it.

    >>> one = {"what": ["cyst"] * 3, "left": [0, 1, 8], "top": [0, 0, 8], "right": [4, 5, 9], "bottom": [4, 4, 9]}
    >>> found = agreement(pl.DataFrame(one | {"by": ["a", "b", "b"]}), ["what"], "by")
    >>> found.boxes.rows(), found.alone
    ([('cyst', 0.5, 0.0, 4.5, 4.0)], 1)
    """
    numbered = boxes.with_row_index("box")
    pairs = (
        numbered.lazy()
        .join(numbered.lazy(), on=same, suffix="_other")
        .filter((pl.col("box") < pl.col("box_other")) & (pl.col(reader) != pl.col(f"{reader}_other")))
        .filter(_overlap() >= LEAST_OVERLAP)
        .select("box", "box_other")
        .collect()
    )
    ends = pairs["box"].to_numpy(), pairs["box_other"].to_numpy()
    links = coo_array((np.ones(pairs.height, np.int8), ends), shape=(boxes.height, boxes.height))
    thing = connected_components(links, directed=False)[1] if boxes.height else np.zeros(0, np.int32)
    things = (
        numbered.with_columns(pl.Series("thing", thing))
        .group_by("thing", maintain_order=True)
        .agg(pl.col(same).first(), pl.col(SIDES).mean(), pl.col(reader).n_unique(), drawn=pl.len())
    )
    several = pl.col(reader) > 1
    return Agreement(things.filter(several).select(*same, *SIDES), int(things.filter(~several)["drawn"].sum()))


def _overlap() -> pl.Expr:
    """Intersection over union of two boxes."""
    left, top, right, bottom = (pl.col(side) for side in SIDES)
    left_2, top_2, right_2, bottom_2 = (pl.col(f"{side}_other") for side in SIDES)
    width = pl.min_horizontal(right, right_2) - pl.max_horizontal(left, left_2)
    height = pl.min_horizontal(bottom, bottom_2) - pl.max_horizontal(top, top_2)
    both = pl.max_horizontal(width, 0) * pl.max_horizontal(height, 0)
    return both / ((right - left) * (bottom - top) + (right_2 - left_2) * (bottom_2 - top_2) - both)
