"""How large radiographs are, so that boxes in their pixels become shares of width and height."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.source import needed
from angiogram.data.annotations.named.tables import read_table
from angiogram.imaging.dicom.file import need_pydicom, read_tags
from angiogram.imaging.dicom.unfit import UnfitError

_SIZE = pl.Struct({"width": pl.Int64, "height": pl.Int64})


def with_sizes(boxes: pl.LazyFrame, folder: Path, side: str) -> pl.LazyFrame:
    """Boxes in pixels as shares of their images; empty where the size of an image is not known.

    The size is that of a table `train_meta.csv` where there is one; else what the headers of the DICOM files say, which
    are read when the entries are asked for, and no sooner.

    Args:
        boxes: with `image`, `image_id` and the sides in pixels.
        folder: in which the images lie.
        side: of the split.

    Raises:
        MissingFilesError: an image is no DICOM file, and there is no table.
    """
    if boxes.select((~pl.col("image").str.contains(r"\.(?:dicom|dcm)$")).any()).collect().item():
        dim0, dim1 = (pl.col(name).cast(pl.Int64, strict=False) for name in ("dim0", "dim1"))
        table = read_table(needed(folder, f"{side}_meta.csv"), "image_id", "dim0", "dim1")
        sizes = table.lazy().select("image_id", pl.struct(width=dim1, height=dim0).alias("size"))
        sized = boxes.join(sizes, on="image_id", how="left", maintain_order="left")
    else:
        need_pydicom()
        size = pl.col("image").map_batches(_in_headers(folder), return_dtype=_SIZE, is_elementwise=True)
        sized = boxes.with_columns(size.alias("size"))
    width, height = (pl.col("size").struct.field(name) for name in ("width", "height"))
    return sized.with_columns(pl.col("left", "right") / width, pl.col("top", "bottom") / height)


def _in_headers(folder: Path) -> Callable[[pl.Series], pl.Series]:
    """The sizes of images by their headers, each read once; null of one that is damaged."""

    @cache
    def size(image: str) -> dict[str, int] | None:
        try:
            header = read_tags(folder / image, ("Rows", "Columns"))
            return {"width": int(header.Columns), "height": int(header.Rows)}
        except (UnfitError, AttributeError, TypeError, ValueError):
            return None

    return lambda images: pl.Series([size(image) for image in images], dtype=_SIZE)
