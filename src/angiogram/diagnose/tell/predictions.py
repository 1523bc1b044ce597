"""`predictions.parquet`: the class that a run named for every evaluated case, at every stage and at every tap.

Columns `case_id`, `group`, `group_number`, `label`, `image_hash`, then `stage.V` and the like, then `tap.encoder.out`
and the like. A class is null where none was named (an unparsed answer); a specialist that was given as a number has no
column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from angiogram.data.intake import Examined
from angiogram.diagnose.read.stages import Named
from angiogram.diagnose.terms import STAGES, StageKey
from angiogram.errors import InputError
from angiogram.files import atomic_file

PREDICTIONS = "predictions.parquet"
_STAGE, _TAP = "stage.", "tap."
_NOT_NAMED = -1


@dataclass(frozen=True)
class Predictions:
    """What a run named.

    Attributes:
        cases: ids of the n evaluated cases.
        labels: their classes, as indices `[n]`.
        groups: the names of their groups.
        group_numbers: the numbers of their groups, in whose order the run resampled them, `[n]`.
        hashes: SHA-256 of their pixels.
        stages: class index that each stage names `[n]`, negative for none.
        taps: the same for the probe at each tap of the curve.
    """

    cases: tuple[str, ...]
    labels: NDArray[np.int64]
    groups: tuple[str, ...]
    group_numbers: NDArray[np.int64]
    hashes: tuple[str, ...]
    stages: Mapping[StageKey, NDArray[np.int64]]
    taps: Mapping[str, NDArray[np.int64]]


def write_predictions(
    folder: Path,
    examined: Examined,
    evaluated: NDArray[np.int64],
    named: Mapping[StageKey, Named],
    taps: Mapping[str, NDArray[np.int64]],
) -> None:
    """Write `predictions.parquet`, whole or not at all.

    Args:
        folder: the run folder.
        examined: the cases that took part.
        evaluated: rows of those that were judged, `[n]`.
        named: what each stage names.
        taps: class index that the probe at each tap names, `[n]`.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    cases = examined.cases
    rows = [cases.rows[i] for i in evaluated.tolist()]
    classes = pa.array(cases.classes, pa.string())
    named_at = {f"{_STAGE}{key}": stage.predicted for key, stage in named.items() if stage.predicted is not None}
    named_at |= {f"{_TAP}{tap}": predicted for tap, predicted in taps.items()}
    table = pa.table(
        {
            "case_id": pa.array([row.id for row in rows], pa.string()),
            "group": pa.array([row.group for row in rows], pa.string()),
            "group_number": pa.array(cases.groups[evaluated], pa.int64()),
            "label": pa.array([row.label for row in rows], pa.string()),
            "image_hash": pa.array([examined.hashes[i] for i in evaluated.tolist()], pa.string()),
            **{name: classes.take(pa.array(k, pa.int64(), mask=k < 0)) for name, k in named_at.items()},
        }
    )
    with atomic_file(folder / PREDICTIONS) as file:
        parquet.write_table(table, file)


def read_predictions(folder: Path, classes: Sequence[str]) -> Predictions:
    """Read `predictions.parquet` of a run over these classes.

    Raises:
        InputError: the file is missing or damaged, or holds something else.
    """
    path = folder / PREDICTIONS
    try:
        table = parquet.ParquetFile(path).read()
        facts = {name: table[name].to_pylist() for name in ("case_id", "group", "image_hash")}
        numbers = table["group_number"].cast(pa.int64()).to_numpy()
        labels = _indices(table["label"], classes)
        held: list[StageKey] = [key for key in STAGES if f"{_STAGE}{key}" in table.schema.names]
        stages: dict[StageKey, NDArray[np.int64]] = {key: _indices(table[f"{_STAGE}{key}"], classes) for key in held}
        taps = {
            name.removeprefix(_TAP): _indices(table[name], classes)
            for name in table.schema.names
            if name.startswith(_TAP)
        }
        if any(None in values for values in facts.values()) or (labels < 0).any():
            raise ValueError("a case without id, group, label or picture")
    except FileNotFoundError as error:
        raise InputError(f"There is no '{path}'.") from error
    except (OSError, pa.ArrowException, ValueError, KeyError) as error:
        reason = (str(error.args[0]) if isinstance(error, KeyError) else str(error)).partition("\n")[0]
        raise InputError(f"'{path}' is damaged or holds something else: {reason.rstrip('.')}.") from error
    cases, groups, hashes = (tuple(facts[name]) for name in ("case_id", "group", "image_hash"))
    return Predictions(cases, labels, groups, numbers, hashes, stages, taps)


def _indices(column: pa.ChunkedArray, classes: Sequence[str]) -> NDArray[np.int64]:
    """Class names as indices, `[n]`."""
    index = {None: _NOT_NAMED, **{name: k for k, name in enumerate(classes)}}
    names = column.to_pylist()
    if unknown := set(names) - index.keys():
        raise ValueError(f"'{min(map(str, unknown))}' is not one of the classes of the run's report")
    return np.array([index[name] for name in names], dtype=np.int64)
