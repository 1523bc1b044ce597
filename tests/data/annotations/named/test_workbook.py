"""Excel workbooks: what is in the cells is read; what is no workbook is one sentence."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.data.annotations.named.downloads import workbook

from angiogram.data.annotations.named import workbook as module
from angiogram.data.annotations.named.workbook import read_workbook
from angiogram.errors import InputError

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_texts_numbers_and_empty_cells(tmp_path: Path):
    path = workbook(tmp_path / "t.xlsx", [("File name", "Age"), ("a.png", "41"), ("b.png", None), (None, "3")])
    assert read_workbook(path).rows() == [("a.png", "41"), ("b.png", None), (None, "3")]
    assert read_workbook(path).columns == ["File name", "Age"]


def test_texts_may_stand_in_their_cells(tmp_path: Path):
    row = '<row><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row><row><c r="A2" t="str"><v>x</v></c></row>'
    with ZipFile(tmp_path / "t.xlsx", "w") as file:
        file.writestr("xl/worksheets/sheet1.xml", f"<worksheet {SPACE}><sheetData>{row}</sheetData></worksheet>")
    assert read_workbook(tmp_path / "t.xlsx").to_dict(as_series=False) == {"Name": ["x"]}


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (None, "cannot be read as an Excel workbook"),
        ("<worksheet", "cannot be read as an Excel workbook"),
        (f"<worksheet {SPACE}/>", "The first sheet of"),
        (
            f'<worksheet {SPACE}><row><c r="A1" t="s"><v>7</v></c></row></worksheet>',
            "cannot be read as an Excel workbook",
        ),
    ],
)
def test_a_damaged_workbook_is_one_sentence(tmp_path: Path, sheet: str | None, said: str):
    with ZipFile(tmp_path / "t.xlsx", "w") as file:
        file.writestr("xl/worksheets/sheet1.xml" if sheet else "other", sheet or "")
    with pytest.raises(InputError, match=said):
        read_workbook(tmp_path / "t.xlsx")


def test_no_zip_and_one_that_unpacks_to_too_much_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "t.xlsx").write_bytes(b"<html>")
    with pytest.raises(InputError, match="cannot be read as an Excel workbook"):
        read_workbook(tmp_path / "t.xlsx")
    monkeypatch.setattr(module, "_MOST_BYTES", 10)
    with pytest.raises(InputError, match="unpacks to more than 64 MiB"):
        read_workbook(workbook(tmp_path / "u.xlsx", [("a", "b")]))
