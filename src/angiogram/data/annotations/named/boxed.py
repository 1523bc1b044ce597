"""Boxes around what is seen -> entries that ask where it is, and what stands in a box."""

import polars as pl

from angiogram.data.annotations.boxes import ASKED
from angiogram.data.annotations.named.rows import answer, rows

SIDES = ("left", "top", "right", "bottom")
AMBIGUOUS = (
    "Where one image has several boxes of one finding, only what stands in each is asked (reg); where it is (rec) "
    "would have several right answers."
)
"""What a source with boxes states."""
_PARTS = 100


def boxed(frame: pl.LazyFrame, source: str) -> pl.LazyFrame:
    """A `reg` entry for each box, and a `rec` entry for each that is the only one of its kind in its image.

    Args:
        frame: as in `rows`, with `what` is seen, in words, and the sides `left`, `top`, `right` and `bottom` as shares
            of the image's width and height, 0 to 1.
        source: its name.
    """
    numbered = frame.with_columns(
        pl.int_range(1, pl.len() + 1).over("image").alias("number"), pl.len().over("image", "what").alias("alike")
    )
    box = pl.when(pl.all_horizontal(pl.col(SIDES).is_not_null())).then(pl.concat_list(SIDES))
    truth = answer(label=pl.col("what"), box=box)
    number, what, said = pl.col("number"), pl.col("what"), _spoken()
    where = pl.format("Where in the image is the {}? {}", what, pl.lit(ASKED))
    which = pl.format(
        "What does the image show in the box {} ([left, top, right, bottom] in whole percent of its width and height)?",
        said,
    )
    alone = numbered.filter(pl.col("alike") == 1)
    return pl.concat([
        rows(alone, source, "rec", where, said, truth, number),
        rows(numbered, source, "reg", which, what, truth, number),
    ])  # fmt: skip


def _spoken() -> pl.Expr:
    """The box in words, `[12, 30, 55, 80]`; a side too thin for that is said one percent wide."""
    left, right = _ends("left", "right")
    top, bottom = _ends("top", "bottom")
    return pl.format("[{}, {}, {}, {}]", left, top, right, bottom)


def _ends(low: str, high: str) -> tuple[pl.Expr, pl.Expr]:
    first, last = ((pl.col(side) * _PARTS).round().cast(pl.Int64) for side in (low, high))
    thin = pl.min_horizontal((pl.col(low) * _PARTS).floor().cast(pl.Int64), pl.lit(_PARTS - 1))
    wide = first < last
    return pl.when(wide).then(first).otherwise(thin), pl.when(wide).then(last).otherwise(thin + 1)
