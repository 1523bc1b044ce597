"""The frontal simulated radiographs as a labelled image set: how large is the heart?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from angiogram.cache import Progress, cached_folder
from angiogram.data.cases import OPTIONS, Case, Cases
from angiogram.data.progress import silent
from angiogram.data.radiographs.making import RECIPE, Wanted, make_radiographs
from angiogram.data.radiographs.measures import GRADE_NAMES, GRADES
from angiogram.data.radiographs.origin import STATEMENTS
from angiogram.errors import InputError
from angiogram.imaging.image import Image

NAME = "radiographs"
WANTED = Wanted(images=600, counterfactuals=0)
"""About half of them are frontal and show all of heart and chest."""
QUESTION = f"How large is the heart on this chest radiograph, by its cardiothoracic ratio: {OPTIONS}?"
_GRADES = (
    f"Grades by the cardiothoracic ratio on the picture: {', '.join(f'{n} up to {m:.2f}' for n, m in GRADES[:-1])}."
)


def radiograph_cases(cache: Path, progress: Progress = silent) -> Cases:
    """Frontal radiographs with their grade of heart size and the simulation's own split; made on the first call.

    What the simulation calls validation is for training here.

    Raises:
        InputError: the asset package is missing or damaged, the cached set is damaged, or the disk is full.
    """

    def make(folder: Path) -> None:
        make_radiographs(folder, WANTED, cache, progress)

    folder = cached_folder(cache / f"{NAME}-{RECIPE}", make)
    graded = pl.read_parquet(folder / "settings.parquet").filter(pl.col("grade").is_not_null())
    rows = tuple(_case(row) for row in graded.iter_rows(named=True))
    return Cases(NAME, rows, GRADE_NAMES, _Reader(folder), QUESTION, (*STATEMENTS, _GRADES))


def _case(row: Mapping[str, Any]) -> Case:
    split = "test" if row["split"] == "test" else "train"
    return Case(row["id"], f"{NAME}/{row['image']}", row["grade"], row["id"], split, columns=(("view", row["view"]),))


class _Reader:
    """Reads one radiograph of the set's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, case: Case) -> Image:
        from PIL import Image as Picture

        try:
            with Picture.open(self._folder / case.path.removeprefix(f"{NAME}/")) as picture:
                pixels = np.asarray(picture)
        except OSError as error:
            raise InputError(f"The set '{NAME}' has no readable image of '{case.id}'.") from error
        view = dict(case.columns)["view"]
        return Image(pixels, (f"simulated radiograph, {view} view", "patient's left is on the right of the picture"))
