"""Questions in Parquet files that hold the images too, one copy a question, as Hugging Face `datasets` writes them."""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.questions import questions, yes_or_no
from angiogram.data.annotations.pictures import column_of_files
from angiogram.data.annotations.schema import SPLITS
from angiogram.data.annotations.table import Annotations
from angiogram.errors import InputError, reason_of


def shards(folder: Path) -> dict[Path, str]:
    """The Parquet files of a download, in their order, and the split that each is of."""
    return {path: split for split in SPLITS for path in sorted(folder.glob(f"data/{split}-*.parquet"))}


def held_questions(folder: Path, source: str) -> Annotations:
    """The questions of these files.

    An image is named by the first row that holds it, whatever its split, so that all questions about it name the same.

    Args:
        folder: with the files in `data`.
        source: the name of the source.

    Raises:
        InputError: a file is damaged, or lacks questions, answers or images.
    """
    held = pl.concat(_questions(path, split, folder) for path, split in shards(folder).items())
    first = pl.col("row").first().over("content", "size")
    every = held.with_columns(first.alias("image"), first.alias("group")).drop("content", "size")
    asked = questions(every, source, yes_or_no(), "row")
    return Annotations(
        asked.entries,
        folder,
        (
            "Questions that yes or no answers are taken for closed: the files do not say which are.",
            *asked.said,
            "Patients are unknown: each image is its own group.",
        ),
    )


def _questions(path: Path, split: str, folder: Path) -> pl.DataFrame:
    """Each row of a file, its image by hash and size: of a few thousand images no two have the same by chance."""
    try:
        frame = pl.scan_parquet(path, glob=False)
        if missing := [name for name in ("question", "answer") if name not in frame.collect_schema()]:
            raise InputError(f"'{path}' has no column '{missing[0]}'; it has {', '.join(frame.collect_schema())}.")
        content = column_of_files(frame, path)[0]
        name = path.relative_to(folder).as_posix()
        return frame.select(
            pl.format("{}#{}", pl.lit(name), pl.int_range(pl.len())).alias("row"),
            pl.col("question", "answer").cast(pl.String).str.strip_chars(),
            content.hash().alias("content"),
            content.bin.size().alias("size"),
            pl.lit(split).alias("split"),
        ).collect(engine="streaming")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"'{path}' is not a readable Parquet file: {reason_of(error)}.") from error
