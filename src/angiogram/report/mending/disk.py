"""The two files of a mend on disk: mend.json, the truth, and mend.html, a view of it."""

from pathlib import Path

from angiogram.mend.result import Mending
from angiogram.plain import plain
from angiogram.report.disk import write_pair
from angiogram.report.mending.page import render
from angiogram.report.published import MENDING

JSON_NAME = "mend.json"
HTML_NAME = "mend.html"


def write_mending(mending: Mending, folder: Path) -> tuple[Path, Path]:
    """Write mend.json (validated) and mend.html (rendered from it) into `folder`, each whole or not at all.

    Returns:
        The paths of mend.json and mend.html.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    document = {"format": MENDING.version, "schema": MENDING.identifier, **plain(mending)}
    return write_pair(document, render(document), folder / JSON_NAME, folder / HTML_NAME)
