"""The first sheet of an Excel workbook (`.xlsx`) as a table of text: what a published set needs of that format.

A workbook is a zip of XML files (ECMA-376, SpreadsheetML). Texts stand in one list that cells refer to by number, or in
the cell.
"""

import re
from pathlib import Path
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import polars as pl

from angiogram.errors import InputError, reason_of

_SHEET, _TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_MOST_BYTES = 64 * 2**20
_IN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(path: Path) -> pl.DataFrame:
    """The first sheet, whose first row names the columns; cells that are empty are null.

    Raises:
        InputError: the file is no workbook, or its first sheet is damaged, empty or unpacks to more than 64 MiB.
    """
    try:
        with ZipFile(path) as file:
            if sum(file.getinfo(name).file_size for name in {_SHEET, _TEXTS} & set(file.namelist())) > _MOST_BYTES:
                raise InputError(f"'{path}' is too large: its first sheet unpacks to more than 64 MiB.")
            texts = _texts(file.read(_TEXTS)) if _TEXTS in file.namelist() else []
            rows = [_cells(row, texts) for row in ElementTree.fromstring(file.read(_SHEET)).iter(f"{_IN}row")]
    except (OSError, BadZipFile, KeyError, IndexError, ValueError, ElementTree.ParseError) as error:
        raise InputError(f"'{path}' cannot be read as an Excel workbook: {reason_of(error)}.") from error
    if not rows:
        raise InputError(f"The first sheet of '{path}' is empty.")
    names = {column: name for column, name in rows[0].items() if name}
    columns = {name: [row.get(column) for row in rows[1:]] for column, name in names.items()}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _texts(xml: bytes) -> list[str]:
    return [_text(item) for item in ElementTree.fromstring(xml).iter(f"{_IN}si")]


def _text(item: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in item.iter(f"{_IN}t"))


def _cells(row: ElementTree.Element, texts: list[str]) -> dict[str, str | None]:
    """The values of a row by the letters of their columns."""
    return {re.sub(r"\d", "", cell.get("r", "")): _value(cell, texts) for cell in row.iter(f"{_IN}c")}


def _value(cell: ElementTree.Element, texts: list[str]) -> str | None:
    if cell.get("t") == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_IN}v")
    return texts[int(value)] if value is not None and cell.get("t") == "s" else value
