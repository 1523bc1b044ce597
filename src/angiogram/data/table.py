"""`cases.parquet`: one row a case, the readable ones first, then the quarantined ones with the reason."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from angiogram.data.cases import Case
from angiogram.data.intake import Examined
from angiogram.data.splits import Pair, Splits
from angiogram.errors import InputError
from angiogram.files import atomic_file

CASES = "cases.parquet"


@dataclass(frozen=True)
class TableRow:
    """One case of a run.

    Attributes:
        case_id: unique within the set.
        image: where the pixels came from.
        label: class name.
        group: what is never divided between folds.
        split: "train" or "test" where the set has its own split, else None.
        image_hash: SHA-256 of the pixels, None for a quarantined case.
        status: whether the case took part.
        reason: why it did not, "" where it did.
        own_group: the group that the set itself names, where duplicates joined it to another; else None.
        columns: (name, value) of what else the set says of the case.
        row: of the case in the run's feature store; None for a quarantined case, and in tables of older versions.
        judged_in: number of the fold that judges the case, None where none does.
        trained_in: numbers of the folds that train on it.
        made: how its image was made, step by step; empty for a quarantined case, and in tables of older versions.
    """

    case_id: str
    image: str
    label: str
    group: str
    split: str | None
    image_hash: str | None
    status: Literal["ok", "quarantined"]
    reason: str
    own_group: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    row: int | None = None
    judged_in: int | None = None
    trained_in: tuple[int, ...] = ()
    made: tuple[str, ...] = ()


_TYPES = {
    "columns": pa.map_(pa.string(), pa.string()),
    "row": pa.int64(),
    "judged_in": pa.int64(),
    "trained_in": pa.list_(pa.int64()),
    "made": pa.list_(pa.string()),
}
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in TableRow.__dataclass_fields__])


def table_rows(
    examined: Examined, splits: Splits | None = None, stored: NDArray[np.int64] | None = None
) -> tuple[TableRow, ...]:
    """The rows of an examined set.

    Args:
        examined: N readable cases and the quarantined ones.
        splits: of the readable cases, where there are any.
        stored: row of each readable case in the run's feature store, `[N]`.
    """

    def row(case: Case, image_hash: str | None, reason: str) -> TableRow:
        status = "quarantined" if reason else "ok"
        return TableRow(
            case.id, case.path, case.label, case.group, case.split, image_hash, status, reason,
            case.own_group, case.columns,
        )  # fmt: skip

    known = zip(examined.cases.rows, examined.hashes, examined.made, strict=True)
    kept = [replace(row(case, image_hash, ""), made=made) for case, image_hash, made in known]
    if stored is not None:
        kept = [replace(each, row=int(place)) for each, place in zip(kept, stored, strict=True)]
    for fold, (train, test) in enumerate(splits.pairs if splits is not None else ()):
        for i in test.tolist():
            kept[i] = replace(kept[i], judged_in=fold)
        for i in train.tolist():
            kept[i] = replace(kept[i], trained_in=(*kept[i].trained_in, fold))
    return (*kept, *(row(q.case, None, q.reason) for q in examined.quarantined))


def pairs_of(rows: Sequence[TableRow]) -> tuple[Pair, ...]:
    """The pairs (training, test) of a run, as numbers of its readable cases; none in tables of older versions.

    >>> one = TableRow("a", "a.png", "cat", "a", None, None, "ok", "", row=0, judged_in=0, trained_in=(1,))
    >>> other = replace(one, case_id="b", row=1, judged_in=1, trained_in=(0,))
    >>> [(train.tolist(), test.tolist()) for train, test in pairs_of([one, other])]
    [([1], [0]), ([0], [1])]
    """
    kept = [row for row in rows if row.status == "ok"]
    folds = sorted({row.judged_in for row in kept if row.judged_in is not None})
    return tuple(
        (
            np.array([i for i, row in enumerate(kept) if fold in row.trained_in], dtype=np.int64),
            np.array([i for i, row in enumerate(kept) if row.judged_in == fold], dtype=np.int64),
        )
        for fold in folds
    )


def write_table(rows: Sequence[TableRow], path: Path) -> None:
    """Write the table, whole or not at all.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    with atomic_file(path) as temporary:
        parquet.write_table(pa.Table.from_pylist([asdict(row) for row in rows], schema=_SCHEMA), temporary)


def read_table(path: Path) -> tuple[TableRow, ...]:
    """Read the table back.

    Raises:
        InputError: the file is missing, damaged, or has other columns.
    """
    try:
        table = parquet.ParquetFile(path).read()
        rows: list[dict[str, Any]] = table.to_pylist()
        for row in rows:
            row |= {name: tuple(row[name]) for name in ("columns", "trained_in", "made") if name in row}
        return tuple(TableRow(**row) for row in rows)
    except (OSError, pa.ArrowException, TypeError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"'{path}' is not a readable table of cases: {reason}.") from error
