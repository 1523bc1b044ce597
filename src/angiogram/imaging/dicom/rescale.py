"""Stored values -> measured values, once and in float."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.functional import holder
from angiogram.imaging.dicom.lut import read_table
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.dicom.values import items, number, whole, word

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_MACRO = "PixelValueTransformationSequence"


def rescaled(stored: NDArray[Any], dataset: "Dataset", index: int) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """What the scanner measured in each pixel, of the same shape; and the step as `Image.made` states it.

    A modality table stands in place of slope and intercept (PS3.3 C.11.1); each frame has its own.

    Raises:
        UnfitError: slope or table make no sense.
    """
    tables = items(dataset, "ModalityLUTSequence")
    if tables:
        table = read_table(tables[0], negative=whole(dataset, "PixelRepresentation", missing=0) == 1)
        return table.of(stored).astype(np.float32), (f"modality table of {len(table.entries)} entries",)
    at = holder(dataset, index, _MACRO, "RescaleSlope")
    slope, intercept = number(at, "RescaleSlope"), number(at, "RescaleIntercept")
    slope, intercept = 1.0 if slope is None else slope, 0.0 if intercept is None else intercept
    if slope == 0:
        raise UnfitError("has a rescale slope of 0")
    values = (stored.astype(np.float64) * slope + intercept).astype(np.float32)
    if (slope, intercept) == (1, 0):
        return values, ()
    unit = " to HU" if in_hounsfield(dataset, index) else ""
    return values, (f"times {slope:g} plus {intercept:g}{unit}",)


def in_hounsfield(dataset: "Dataset", index: int) -> bool:
    """Whether rescaled values are HU: CT says so by its modality unless its rescale type says another unit."""
    kind = word(holder(dataset, index, _MACRO, "RescaleType"), "RescaleType")
    return word(dataset, "Modality") == "CT" and kind in {"", "HU", "US"}
