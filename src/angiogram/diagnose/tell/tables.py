"""The tables of a run folder: taps, probes, answers."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from angiogram.data.cases import Cases
from angiogram.diagnose.read.answers import Answering
from angiogram.diagnose.read.columns import NuisanceColumn
from angiogram.diagnose.read.measured import CurvePoint, LensPoint
from angiogram.files import atomic_file
from angiogram.statistics.interval import Interval
from angiogram.tap.taps import Tap


def write_taps(folder: Path, taps: Sequence[Tap], widths: Sequence[int]) -> None:
    """`taps.json`: every tap with its module path, role and width."""
    rows = [asdict(tap) | {"width": width} for tap, width in zip(taps, widths, strict=True)]
    with atomic_file(folder / "taps.json") as file:
        file.write_text(json.dumps(rows, indent=1))


def write_answers(
    folder: Path,
    cases: Cases,
    evaluated: NDArray[np.int64],
    answering: Answering,
) -> None:
    """`answers.parquet`: likelihood of each class, raw and calibrated, the words, and what they were read as."""
    classes = cases.classes
    rows = [
        {
            "case_id": cases.rows[case].id,
            "label": cases.rows[case].label,
            "raw": dict(zip(classes, answering.raw[i].tolist(), strict=True)),
            "calibrated": dict(zip(classes, answering.corrected[i].tolist(), strict=True)),
            "constrained": classes[answering.constrained[i]],
            "generated": answering.texts[i],
            "parsed": None if answering.parsed[i].label is None else classes[answering.generated[i]],
            "parse_status": answering.parsed[i].status,
        }
        for i, case in enumerate(evaluated.tolist())
    ]
    with atomic_file(folder / "answers.parquet") as file:
        parquet.write_table(pa.Table.from_pylist(rows), file)


def write_probes(folder: Path, points: Sequence[CurvePoint], null_band: float) -> None:
    """`probes.parquet`: one row a tap with scores, intervals and controls."""
    rows = [
        {
            "tap": p.tap,
            **_interval("accuracy", p.accuracy),
            **_interval("balanced_accuracy", p.balanced_accuracy),
            **_interval("auroc", p.auroc),
            **_interval("macro_f1", p.macro_f1),
            **_interval("calibration_error", p.calibration_error),
            **_interval("skill", p.skill),
            "strength": p.strength,
            "random_twin": p.twin,
            "grid": p.grid,
            "projected": p.projected,
            "compression": p.compression,
            "null_band": null_band,
        }
        for p in points
    ]
    with atomic_file(folder / "probes.parquet") as file:
        parquet.write_table(pa.Table.from_pylist(rows), file)


def write_lens(folder: Path, points: Sequence[LensPoint]) -> None:
    """`lens.parquet`: one row an LLM block, what the logit lens reads there; no file where it could not be read."""
    rows = [
        {
            "block": p.block,
            "tap": p.tap,
            **_interval("accuracy", p.accuracy),
            **_interval("agreement", p.agreement),
        }
        for p in points
    ]
    if rows:
        with atomic_file(folder / "lens.parquet") as file:
            parquet.write_table(pa.Table.from_pylist(rows), file)


def write_nuisance(folder: Path, columns: Sequence[NuisanceColumn]) -> None:
    """`nuisance.parquet`: one row for each usable column and tap, and for the answer S; no file where there is none.

    The class within the column's values is there at the taps of the stages.
    """
    rows: list[dict[str, float | str | None]] = []
    for column in columns:
        if column.reading is None:
            continue
        stages = {each.tap: each for each in column.reading.within}
        places = {point.tap: point.accuracy for point in column.reading.curve}
        for tap in [*places, *([None] if None in stages else [])]:
            stage, read = stages.get(tap), None if tap is None else places[tap]
            rows.append(
                {
                    "column": column.name,
                    "tap": tap,
                    **_interval("accuracy", read),
                    "majority": column.reading.majority,
                    "null_band": column.reading.null_band,
                    "stage": stage and stage.stage,
                    **_interval("class_skill", stage and stage.skill),
                    **_interval("class_left", stage and stage.left),
                    **_interval("class_gone", stage and stage.gone),
                    **_interval("class_without", stage and stage.without),
                    "outcome": stage and stage.outcome,
                }
            )
    if rows:
        with atomic_file(folder / "nuisance.parquet") as file:
            parquet.write_table(pa.Table.from_pylist(rows), file)


def _interval(name: str, found: Interval | None) -> dict[str, float | None]:
    if found is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
