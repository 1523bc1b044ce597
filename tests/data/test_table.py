import errno
from pathlib import Path

import pytest
from made import made_cases
from pyarrow import parquet

from angiogram.data.intake import examine
from angiogram.data.table import read_table, table_rows, write_table
from angiogram.errors import InputError


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rows = table_rows(examine(made_cases("abab", splits=["train", "train", None, "test"], unreadable=(2,))))
    path = tmp_path / "rate=1" / "cases.parquet"  # no partition of a data set, for all its name
    write_table(rows, path)
    assert read_table(path) == rows
    assert [(row.case_id, row.status, row.split) for row in rows] == [
        ("c0", "ok", "train"),
        ("c1", "ok", "train"),
        ("c3", "ok", "test"),
        ("c2", "quarantined", None),
    ]
    assert rows[3].image_hash is None and rows[3].made == ()
    assert rows[0].made == ("made",)
    assert rows[3].reason == "'c2.png' cannot be read: truncated."
    assert len(rows[0].image_hash or "") == 64


def test_the_columns_are_typed_even_when_empty(tmp_path: Path) -> None:
    write_table((), tmp_path / "cases.parquet")
    types = {field.name: str(field.type) for field in parquet.read_schema(tmp_path / "cases.parquet")}
    assert types.pop("columns").startswith("map<string, string")
    numbers = {"row": "int64", "judged_in": "int64", "trained_in": "list<element: int64>"}
    assert types.pop("made") == "list<element: string>"
    assert types == {**dict.fromkeys(types, "string"), **numbers}
    assert read_table(tmp_path / "cases.parquet") == ()


def test_a_full_disk_leaves_the_old_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cases.parquet"
    rows = table_rows(examine(made_cases("ab")))
    write_table(rows, path)

    def full(table: object, where: Path) -> None:
        where.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(parquet, "write_table", full)
    with pytest.raises(InputError, match="The disk is full"):
        write_table((), path)
    assert read_table(path) == rows
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [None, b"", b"PAR1 nothing"])
def test_a_damaged_table_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cases.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"cases\.parquet' is not a readable table of cases") as caught:
        read_table(path)
    assert "\n" not in str(caught.value)
