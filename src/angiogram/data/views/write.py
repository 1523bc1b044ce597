"""The folder that holds both views: two tables and view.json."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl

from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.data.views.build import Views
from angiogram.data.views.pool import NUMBER, reading
from angiogram.errors import InputError
from angiogram.files import atomic_folder
from angiogram.plain import plain

FORMAT, SCHEMA = 1, "urn:angiogram:view:1"
CENTRIC, SCATTERED, NUMBERS = "image_centric.parquet", "scattered.parquet", "view.json"
PAGE = "view.html"  # made of view.json


def check_folder(folder: Path) -> None:
    """Refuse a place where a view would take that of something else.

    Raises:
        InputError: it is a file, or a folder with other files in it.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"'{folder}' is no folder that a view could be written to.")
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    others = sorted(found - {CENTRIC, SCATTERED, NUMBERS, PAGE})
    if others:
        raise InputError(
            f"'{folder}' holds other files, such as '{others[0]}'; name a folder that is new, empty or an earlier view."
        )


def write_views(views: Views, table: Annotations, folder: Path) -> None:
    """Write the folder, whole or not at all; an earlier view in its place is replaced.

    Args:
        views: of the table.
        table: that they were built of.
        folder: to write.

    Raises:
        InputError: it holds other files, the disk is full, or the folder cannot be written.
    """
    check_folder(folder)
    matched, seed = views.view.matched, views.view.asked.seed
    own = {
        CENTRIC: (views.image_centric, f"Image-centric view: all entries of {matched.images} images with at least "
                                       f"{matched.tasks} tasks each, drawn by seed {seed}."),
        SCATTERED: (views.scattered, f"Scattered view: as many entries of each task as {matched.images} image-centric "
                                     f"images have, at most {matched.most_tasks} of the tasks from one image, drawn by "
                                     f"seed {seed}."),
    }  # fmt: skip
    with atomic_folder(folder) as temporary:
        for name, (numbers, statement) in own.items():
            with reading():
                rows = table.entries.with_row_index(NUMBER).filter(pl.col(NUMBER).is_in(numbers.implode()))
                part = replace(table, entries=rows.drop(NUMBER), statements=(*table.statements, statement))
                write_annotations(part, temporary / name)
        content = json.dumps({"format": FORMAT, "schema": SCHEMA, **plain(views.view)}, indent=1, ensure_ascii=False)
        (temporary / NUMBERS).write_text(content + "\n", "utf-8")
