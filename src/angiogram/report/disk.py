"""The two files of a report on disk: report.json, the truth, and report.html, a view of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.report.document import to_document
from angiogram.report.page import render
from angiogram.report.schema import validate

JSON_NAME = "report.json"
HTML_NAME = "report.html"


def write_report(diagnosis: Diagnosis, folder: Path) -> tuple[Path, Path]:
    """Write report.json (validated) and report.html (rendered from it) into `folder`, each whole or not at all.

    Returns:
        The paths of report.json and report.html.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    document = to_document(diagnosis)
    return write_pair(document, render(document), folder / JSON_NAME, folder / HTML_NAME)


def write_pair(document: Mapping[str, Any], page: str, json_path: Path, html_path: Path) -> tuple[Path, Path]:
    """Write a document and the page made from it, each whole or not at all.

    Returns:
        Both paths.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    with atomic_file(json_path) as path:
        path.write_text(_readable(document), "utf-8")
    with atomic_file(html_path) as path:
        # Some generated texts hold half a surrogate pair, which UTF-8 cannot; a browser shows the reference as a mark.
        path.write_bytes(page.encode("utf-8", "xmlcharrefreplace"))
    return json_path, html_path


def read_report(path: Path) -> dict[str, Any]:
    """The validated content of a report.json; `path` may also be the run folder that holds it.

    Raises:
        InputError: there is none, it is damaged, or it is something else.
    """
    path = path / JSON_NAME if path.is_dir() else path
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"There is no report at '{path}'.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"'{path}' is damaged or not a report: {error}.") from error
    validate(document, str(path))
    return document


def _readable(document: Mapping[str, Any]) -> str:
    """JSON with one field a line, and one entry a line in long lists of objects: easy to read and to compare."""
    lines: list[str] = []
    for key, value in document.items():
        text = json.dumps(value, allow_nan=False)
        if isinstance(value, list) and value and len(text) > 100:
            text = "[\n" + ",\n".join(f"    {json.dumps(entry, allow_nan=False)}" for entry in value) + "\n  ]"
        lines.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
