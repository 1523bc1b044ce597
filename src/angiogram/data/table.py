"""`cases.parquet`: one row a case, the readable ones first, then the quarantined ones with the reason."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pyarrow import parquet

from angiogram.data.cases import Case
from angiogram.data.intake import Examined
from angiogram.errors import InputError
from angiogram.files import atomic_file


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


_SCHEMA = pa.schema(
    [
        (name, pa.map_(pa.string(), pa.string()) if name == "columns" else pa.string())
        for name in TableRow.__dataclass_fields__
    ]
)


def table_rows(examined: Examined) -> tuple[TableRow, ...]:
    """The rows of an examined set."""

    def row(case: Case, image_hash: str | None, reason: str) -> TableRow:
        status = "quarantined" if reason else "ok"
        return TableRow(
            case.id, case.path, case.label, case.group, case.split, image_hash, status, reason,
            case.own_group, case.columns,
        )  # fmt: skip

    kept = [row(case, h, "") for case, h in zip(examined.cases.rows, examined.hashes, strict=True)]
    return (*kept, *(row(q.case, None, q.reason) for q in examined.quarantined))


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
            row["columns"] = tuple(row["columns"])
        return tuple(TableRow(**row) for row in rows)
    except (OSError, pa.ArrowException, TypeError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"'{path}' is not a readable table of cases: {reason}.") from error
