"""One row a radiograph: its setting and what was measured; `settings.parquet` and the parts that it is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import polars as pl

from angiogram.data.radiographs.development import Window
from angiogram.data.radiographs.geometry import View
from angiogram.data.radiographs.measures import Measured, Seen
from angiogram.data.radiographs.setting import Setting
from angiogram.data.radiographs.taken import Radiograph

_SEEN = pl.Struct({"name": pl.String(), "share": pl.Float64(), "box": pl.List(pl.Float64()), "area": pl.Float64()})
_KINDS: dict[type | str, pl.DataType] = {int: pl.Int64(), float: pl.Float64()}
SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "image": pl.String(),
        **{each.name: _KINDS.get(each.type, pl.String()) for each in fields(Setting)},
        "removed": pl.String(),
        "black": pl.Float64(),
        "white": pl.Float64(),
        "ctr": pl.Float64(),
        "cpar": pl.Float64(),
        "grade": pl.String(),
        "seen": pl.List(_SEEN),
    }
)


def row_of(name: str, image: str, how: Setting, removed: str | None, taken: Radiograph) -> dict[str, Any]:
    """A radiograph as a row."""
    truth = taken.truth
    return {
        "id": name,
        "image": image,
        **asdict(how),
        "removed": removed,
        "black": taken.window[0],
        "white": taken.window[1],
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


def shown_window(row: Mapping[str, Any]) -> Window:
    """The line integrals that a row says stand for black and white."""
    return row["black"], row["white"]


def truth_of(row: Mapping[str, Any]) -> Measured:
    """What a row says was measured."""
    view: View = row["view"]
    seen = (Seen(each["name"], each["share"], tuple(each["box"]), each["area"]) for each in row["seen"])
    return Measured(view, tuple(seen), row["ctr"], row["cpar"])
