"""One row a radiograph: its setting and what was measured; `settings.parquet` and the parts that it is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import polars as pl

from angiogram.data.radiographs.geometry import View
from angiogram.data.radiographs.measures import Measured, Seen
from angiogram.data.radiographs.setting import Setting

_SEEN = pl.Struct({"name": pl.String(), "share": pl.Float64(), "box": pl.List(pl.Float64()), "area": pl.Float64()})
_KINDS: dict[type | str, pl.DataType] = {int: pl.Int64(), float: pl.Float64()}
SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "image": pl.String(),
        **{each.name: _KINDS.get(each.type, pl.String()) for each in fields(Setting)},
        "removed": pl.String(),
        "ctr": pl.Float64(),
        "cpar": pl.Float64(),
        "grade": pl.String(),
        "seen": pl.List(_SEEN),
    }
)


def row_of(name: str, image: str, how: Setting, removed: str | None, truth: Measured) -> dict[str, Any]:
    """A radiograph as a row."""
    return {
        "id": name,
        "image": image,
        **asdict(how),
        "removed": removed,
        "ctr": truth.ctr,
        "cpar": truth.cpar,
        "grade": truth.grade,
        "seen": [asdict(seen) for seen in truth.seen],
    }


def frame_of(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame of the schema."""
    return pl.DataFrame(list(rows), schema=SCHEMA)


def setting_of(row: Mapping[str, Any]) -> Setting:
    """The setting that a row holds."""
    return Setting(**{each.name: row[each.name] for each in fields(Setting)})


def truth_of(row: Mapping[str, Any]) -> Measured:
    """What a row says was measured."""
    view: View = row["view"]
    seen = (Seen(each["name"], each["share"], tuple(each["box"]), each["area"]) for each in row["seen"])
    return Measured(view, tuple(seen), row["ctr"], row["cpar"])
