"""Every table of a run by its name: those of its report, and those that its folder holds."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
from pyarrow import parquet

from angiogram.api.arrow import SCALARS, table_of, without_none
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.errors import InputError, unknown
from angiogram.plain import plain

# name -> where it stands in a `Diagnosis`: a list of dataclasses, or one of them, which makes one row
IN_REPORT: Mapping[str, str] = {
    "stages": "stages",
    "steps": "steps",
    "verdicts": "verdicts",
    "curve": "curve",
    "lens": "lens",
    "ladder": "ladder.rungs",
    "nuisance": "nuisance",
    "utilisation": "utilisation",
    "health": "health",
    "tried": "tried",
    "windows": "causes.windows",
    "whole_windows": "causes.whole",
    "interchange": "causes.interchange",
    "by_class": "causes.by_class",
    "references": "references",
    "beside": "beside",
    "leaks": "leakage.pairs",
    "grouping": "leakage.grouping",
    "provenance": "provenance",
    "making": "making.steps",
    "words": "answers.wording.counted",
}
IN_FOLDER: Mapping[str, str] = {
    "answers": "answers.parquet",
    "predictions": "predictions.parquet",
    "probes": "probes.parquet",
    "cases": "cases.parquet",
    "taps": "taps.json",
    "nuisance_taps": "nuisance.parquet",
}


@dataclass(frozen=True)
class _Count:
    """One cell of a confusion matrix."""

    stage: str
    truth: str
    named: str
    count: int


@dataclass(frozen=True)
class _Number:
    """One number of the report."""

    path: str
    value: float


def report_table(diagnosis: Diagnosis, name: str) -> pa.Table | None:
    """The table of this name, None where the report has none of it.

    `confusion` has one row a stage, true class and class that was read or said ("unparsed" for none); `summary` is one
    row of the numbers that stand alone; `numbers` has every number of report.json by its path.
    """
    if name in IN_REPORT:
        return table_of(*_at(diagnosis, IN_REPORT[name]))
    made = _MADE.get(name)
    return None if made is None else made(diagnosis)


def folder_table(folder: Path, name: str) -> pa.Table:
    """A table that a run folder holds.

    Raises:
        InputError: its file is missing or damaged.
    """
    path = folder / IN_FOLDER[name]
    try:
        if path.suffix == ".json":
            return pa.Table.from_pylist(json.loads(path.read_text("utf-8")))
        return parquet.ParquetFile(path).read()
    except FileNotFoundError as error:
        raise InputError(f"This run has no table '{name}': there is no '{path}'.") from error
    except (OSError, ValueError, TypeError, AttributeError, pa.ArrowException) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise InputError(f"'{path}' is damaged or holds something else: {reason}.") from error


def run_table(folder: Path, diagnosis: Diagnosis, name: str) -> pa.Table:
    """Any table of a run.

    Raises:
        InputError: there is none of this name; says which there are.
    """
    if name in IN_FOLDER:
        return folder_table(folder, name)
    found = report_table(diagnosis, name)
    if found is None:
        raise unknown("table", name, TABLES)
    return found


def rows_at(owner_kind: type, owner: object, path: str) -> tuple[type, tuple[object, ...]]:
    """The dataclass and the rows at a dotted path of fields; no rows where something on the way is None.

    Raises:
        TypeError: what stands there is no dataclass and no list of one.
    """
    kind: Any = owner_kind
    value: Any = owner
    for field in path.split("."):
        kind = without_none(get_type_hints(kind)[field])
        value = None if value is None else getattr(value, field)
    if get_origin(kind) is tuple:
        return get_args(kind)[0], tuple(value or ())
    return kind, () if value is None else (value,)


def _at(diagnosis: Diagnosis, path: str) -> tuple[type, tuple[object, ...]]:
    return rows_at(Diagnosis, diagnosis, path)


def _confusion(diagnosis: Diagnosis) -> pa.Table:
    named = (*diagnosis.classes, "unparsed")
    return table_of(
        _Count,
        [
            _Count(confusion.stage, truth, name, count)
            for confusion in diagnosis.confusions
            for truth, counts in zip(diagnosis.classes, confusion.counts, strict=True)
            for name, count in zip(named, counts, strict=False)
        ],
    )


def _summary(diagnosis: Diagnosis) -> pa.Table:
    hints = get_type_hints(Diagnosis)
    return table_of(Diagnosis, [diagnosis], [name for name in hints if hints[name] in SCALARS])


def _numbers(diagnosis: Diagnosis) -> pa.Table:
    return table_of(_Number, [_Number(path, value) for path, value in _every(plain(diagnosis))])


def _every(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number in JSON data with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _every(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _every(inner, f"{path}[{place}]")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)


_MADE: Mapping[str, Callable[[Diagnosis], pa.Table]] = {
    "summary": _summary,
    "confusion": _confusion,
    "numbers": _numbers,
}
TABLES = (*_MADE, *IN_REPORT, *IN_FOLDER)
