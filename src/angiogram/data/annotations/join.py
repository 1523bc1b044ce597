"""Several tables as one: ids that no other has, and images that start in one folder."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import polars as pl

from angiogram.data.annotations.given import Given, Unit
from angiogram.data.annotations.rules import LEAVES, REASON, ROW
from angiogram.data.annotations.schema import SCHEMA

FROM = "from"


@dataclass(frozen=True)
class Named:
    """What a source holds, and what it is called where several are joined.

    Attributes:
        name: short; also the `source` of entries that name none.
        given: its rows.
    """

    name: str
    given: Given


def joined(sources: Sequence[Named]) -> Given:
    """All rows of all sources; each has a further column `from`, the name of its source.

    An id, or the name of a conversation, that stands in several sources gets the source's name in front. Paths of
    images start at the folder that holds all folders of images.
    """
    names = _apart([source.name for source in sources])
    folders = [source.given.images.resolve() for source in sources]
    common = Path(os.path.commonpath(folders))
    parts = [
        _part(source.given, name, folder.relative_to(common).as_posix())
        for source, name, folder in zip(sources, names, folders, strict=True)
    ]
    rows = pl.concat(parts)
    if len(parts) > 1:
        rows = rows.with_columns(_told_apart("id"), _told_apart("conversation"))
    statements = dict.fromkeys(said for source in sources for said in source.given.statements)
    units = {source.given.unit for source in sources}
    unit: Unit = sources[0].given.unit if len(units) == 1 else "row"
    return Given(rows, common, tuple(statements), unit)


def _part(given: Given, name: str, prefix: str) -> pl.LazyFrame:
    image = pl.col("image") if prefix == "." else pl.lit(f"{prefix}/") + pl.col("image")
    leaves = pl.col("image").str.contains(LEAVES)  # stays as it was given, so that the rule sees it
    return given.rows.select(*SCHEMA, ROW, REASON, pl.lit(name).alias(FROM)).with_columns(
        image=pl.when(leaves).then("image").otherwise(image), source=pl.col("source").fill_null(name)
    )


def _told_apart(column: str) -> pl.Expr:
    """A name with its source's in front where rows of others that can be read have it as well."""
    read = pl.col(REASON).is_null()
    several = read & (pl.col(FROM).filter(read).n_unique().over(column) > 1) & pl.col(column).is_not_null()
    own = pl.concat_str(FROM, column, separator=":")
    return pl.when(several).then(own).otherwise(column).alias(column)


def _apart(names: Sequence[str]) -> list[str]:
    """Names of which no two are equal.

    >>> _apart(["train", "train-2", "train"])
    ['train', 'train-2', 'train-3']
    """
    found: list[str] = []
    for name in names:
        free = (f"{name}-{number}" for number in count(2) if f"{name}-{number}" not in (*names, *found))
        found.append(next(free) if name in found else name)
    return found
