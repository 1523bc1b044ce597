"""Where a frame lies in the patient, and which side of it is shown where."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.functional import holder
from angiogram.imaging.dicom.unfit import UnfitError, attempt
from angiogram.imaging.dicom.values import number, numbers, words
from angiogram.imaging.planes import Plane

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_FAR = 1e6  # mm
Vector = NDArray[np.float64]
_ENDS = (("left", "right"), ("posterior", "anterior"), ("superior", "inferior"))  # of x, y, z in DICOM: L, P, S
_PLANES: tuple[Plane, ...] = ("sagittal", "coronal", "axial")  # whose normal is nearest to x, y, z
_LETTERS = {"L": "left", "R": "right", "A": "anterior", "P": "posterior", "H": "superior", "F": "inferior"}
_OPPOSITE = {a: b for pair in _ENDS for a, b in (pair, pair[::-1])}


def position(dataset: "Dataset", index: int) -> Vector | None:
    """Centre of the first pixel in mm (left, posterior, superior), None where the file does not say.

    Raises:
        UnfitError: it is not three numbers, or too far away.
    """
    at = holder(dataset, index, "PlanePositionSequence", "ImagePositionPatient")
    found = _vector(numbers(at, "ImagePositionPatient"), 3, "ImagePositionPatient")
    if found is not None and np.abs(found).max() > _FAR:
        raise UnfitError("has an ImagePositionPatient that is nowhere near a scanner")
    return found


def orientation(dataset: "Dataset", index: int) -> Vector | None:
    """`[2, 3]`: the direction along a row, then down a column, unit vectors; None where the file does not say.

    Raises:
        UnfitError: they are not two directions at a right angle.
    """
    at = holder(dataset, index, "PlaneOrientationSequence", "ImageOrientationPatient")
    found = _vector(numbers(at, "ImageOrientationPatient"), 6, "ImageOrientationPatient")
    if found is None:
        return None
    pair = found.reshape(2, 3)
    lengths = np.linalg.norm(pair, axis=1, keepdims=True)
    if (lengths < 1e-6).any() or abs(float((pair[0] / lengths[0]) @ (pair[1] / lengths[1]))) > 0.01:
        raise UnfitError("has an ImageOrientationPatient whose directions are not at a right angle")
    return pair / lengths


def spacing(dataset: "Dataset", index: int) -> tuple[float, float] | None:
    """Distance of the rows, then of the columns, in mm as far as known; None where the file does not say.

    Raises:
        UnfitError: it is not two numbers above 0.
    """
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "PixelAspectRatio"):
        at = holder(dataset, index, "PixelMeasuresSequence", keyword)
        found = _vector(numbers(at, keyword), 2, keyword)
        if found is not None:
            if (found <= 0).any():
                raise UnfitError(f"has a {keyword} that is not above 0")
            return float(found[0]), float(found[1])
    return None


def thickness(dataset: "Dataset", index: int) -> float | None:
    """Distance of slices as the header says it, or their thickness, in mm; None where it says neither."""
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        found = numbers(holder(dataset, index, "PixelMeasuresSequence", keyword), keyword)
        if found and math.fabs(found[0]) > 0:
            return math.fabs(found[0])
    return None


def thick(dataset: "Dataset", index: int) -> float | None:
    """Thickness of the slice by the header, in mm; None where it says none that makes sense."""
    at = holder(dataset, index, "PixelMeasuresSequence", "SliceThickness")
    found = attempt(lambda: number(at, "SliceThickness"))
    return found if found is not None and found > 0 else None


def plane_of(directions: Vector) -> Plane:
    """The plane that a slice of this orientation lies nearest to."""
    return _PLANES[int(np.abs(np.cross(directions[0], directions[1])).argmax())]


def sides(dataset: "Dataset", index: int) -> tuple[str, ...]:
    """What is shown on the left and at the top of the picture as stored, as `Image.made` states it.

    Nothing where the file does not say.
    """
    directions = orientation(dataset, index)
    if directions is not None:
        left, top = left_and_top(directions)
    else:
        letters = [_LETTERS.get(name[:1]) for name in words(dataset, "PatientOrientation")]
        if len(letters) != 2 or letters[0] is None or letters[1] is None:
            return ()
        left, top = _OPPOSITE[letters[0]], _OPPOSITE[letters[1]]
    side, above = (f"the patient's {end}" if end in {"left", "right"} else end for end in (left, top))
    return (f"as stored: {side} is on the left of the picture, {above} at the top",)


def left_and_top(directions: Vector) -> tuple[str, str]:
    """The ends of the patient that the left and the top of a picture lie nearest to.

    >>> left_and_top(np.array([[1.0, 0, 0], [0, 1, 0]]))
    ('right', 'anterior')
    """
    left, top = (_OPPOSITE[_end(direction)] for direction in directions)
    return left, top


def _end(direction: Vector) -> str:
    """The side of the patient that a direction runs to."""
    axis = int(np.abs(direction).argmax())
    return _ENDS[axis][int(direction[axis] < 0)]


def _vector(found: tuple[float, ...], length: int, keyword: str) -> Vector | None:
    if not found:
        return None
    if len(found) != length:
        raise UnfitError(f"has a {keyword} of {len(found)} numbers in place of {length}")
    return np.array(found)
