"""The two files of a comparison on disk: compare.json, the truth, and compare.html, a view of it."""

from pathlib import Path

from angiogram.compare.comparison import Comparison
from angiogram.report.comparison.page import render
from angiogram.report.disk import write_pair
from angiogram.report.document import to_document

JSON_NAME = "compare.json"
HTML_NAME = "compare.html"


def write_comparison(comparison: Comparison, folder: Path) -> tuple[Path, Path]:
    """Write compare.json (validated) and compare.html (rendered from it) into `folder`, each whole or not at all.

    Returns:
        The paths of compare.json and compare.html.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    document = to_document(comparison)
    return write_pair(document, render(document), folder / JSON_NAME, folder / HTML_NAME)
