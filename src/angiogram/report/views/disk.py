"""view.html beside the view.json that it is made from."""

import json
from pathlib import Path

from angiogram.data.views.write import NUMBERS, PAGE
from angiogram.files import atomic_file
from angiogram.report.views.page import render


def write_view_page(folder: Path) -> Path:
    """Write view.html, whole or not at all, from the view.json in this folder.

    Returns:
        The path of the page.

    Raises:
        InputError: view.json is not valid, or the folder cannot be written.
    """
    page = render(json.loads((folder / NUMBERS).read_text("utf-8")))
    with atomic_file(folder / PAGE) as path:
        path.write_text(page, "utf-8")
    return folder / PAGE
