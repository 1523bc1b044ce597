"""Stored values -> measured values, once and in float."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.functional import holder
from angiogram.imaging.dicom.kinds import is_secondary_capture
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
        table = read_table(tables[0], negative=_is_signed(dataset))
        return table.of(stored).astype(np.float32), (f"modality table of {len(table.entries)} entries",)
    at = holder(dataset, index, _MACRO, "RescaleSlope")
    slope, intercept = _scale(at)
    if slope == 0:
        raise UnfitError("has a rescale slope of 0")
    values = (stored.astype(np.float64) * slope + intercept).astype(np.float32)
    if (slope, intercept) == (1, 0):
        return values, ()
    unit = " to HU" if in_hounsfield(dataset, index) else ""
    return values, (f"times {slope:g} plus {intercept:g}{unit}",)


def in_hounsfield(dataset: "Dataset", index: int) -> bool:
    """Whether rescaled values are said to be HU.

    CT says so by its rescale type, or by a slope and intercept of no type or an unspecified one; without them nothing
    was measured that is known. A screen of a CT is none, whatever it says.
    """
    if word(dataset, "Modality") != "CT" or is_secondary_capture(dataset):
        return False
    tables = items(dataset, "ModalityLUTSequence")
    if tables:
        return word(tables[0], "ModalityLUTType") == "HU"
    kind = word(holder(dataset, index, _MACRO, "RescaleType"), "RescaleType")
    at = holder(dataset, index, _MACRO, "RescaleSlope")
    scaled = number(at, "RescaleSlope") is not None and number(at, "RescaleIntercept") is not None
    return kind == "HU" or (kind in {"", "US"} and scaled)


def may_be_negative(dataset: "Dataset", index: int) -> bool:
    """Whether the header allows rescaled values below 0, whatever the frame holds."""
    if items(dataset, "ModalityLUTSequence"):
        return False
    at = holder(dataset, index, _MACRO, "RescaleSlope")
    slope, intercept = _scale(at)
    bits, signed = whole(dataset, "BitsStored", missing=0), _is_signed(dataset)
    if not bits:  # floating point
        return True
    stored = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return min(slope * value + intercept for value in stored) < 0


def _scale(at: "Dataset") -> tuple[float, float]:
    """Slope and intercept; 1 and 0 where it is not said."""
    slope, intercept = number(at, "RescaleSlope"), number(at, "RescaleIntercept")
    return 1.0 if slope is None else slope, 0.0 if intercept is None else intercept


def _is_signed(dataset: "Dataset") -> bool:
    return whole(dataset, "PixelRepresentation", missing=0) == 1
