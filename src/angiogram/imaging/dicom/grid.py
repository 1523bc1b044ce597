"""The regular grid that ordered slices lie on, or the sentence that says why they do not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.divide import Slices
from angiogram.imaging.dicom.unfit import UnfitError

_UNEVEN = 0.1  # of the usual step: headers round positions
_ROUNDING = 0.02  # mm
_TILTED = 0.5  # degrees
_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Grid:
    """Where the voxels of a stack lie.

    Attributes:
        affine: `[4, 4]`, (column, row, slice) index to mm in RAS+ patient space.
        said: what a reader must know, as `Image.made` states it.
    """

    affine: NDArray[np.float64]
    said: tuple[str, ...]


def grid(slices: Slices) -> Grid:
    """The grid of slices that are ordered along their normal.

    A tilted gantry shifts each slice against the one before: the affine is then sheared as the slices lie, and nothing
    is resampled.

    Raises:
        UnfitError: slices are missing, not evenly spaced, or not behind one another.
    """
    first = slices[0]
    normal = np.cross(*first.directions)
    step, said = _step(slices, normal)
    affine = np.eye(4)
    affine[:3, 0] = first.directions[0] * first.spacing[1]
    affine[:3, 1] = first.directions[1] * first.spacing[0]
    affine[:3, 2], affine[:3, 3] = step, first.position
    return Grid(_TO_RAS @ affine, said)


def _step(slices: Slices, normal: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """From one slice to the next, `[3]`, in mm; and what is to be said of it."""
    if len(slices) == 1:
        thick = slices[0].thickness
        if thick is None:
            return normal, ("one slice of unknown thickness, taken for 1 mm",)
        return normal * thick, (f"one slice, {thick:g} mm",)
    places = np.array([slice_.position for slice_ in slices])  # [N, 3]
    _refuse_gaps(places @ normal)
    step = (places[-1] - places[0]) / (len(slices) - 1)
    off = np.linalg.norm(places - (places[0] + np.arange(len(slices))[:, None] * step), axis=1)
    between = float(step @ normal)
    if off.max() > max(0.5 * between, 1.0):
        raise UnfitError(
            f"holds slices that do not lie behind one another: one is {off.max():.1f} mm beside the others"
        )
    said = (f"{len(slices)} slices ordered by position, {between:.4g} mm apart",)
    tilt = float(np.degrees(np.arccos(np.clip(between / np.linalg.norm(step), -1, 1))))
    if tilt > _TILTED:
        return step, (
            *said,
            f"slices tilted by {tilt:.1f} degrees (gantry tilt): not resampled, cuts across are sheared",
        )
    return step, said


def _refuse_gaps(along: NDArray[np.float64]) -> None:
    steps = np.diff(along)
    usual = float(np.median(steps))
    uneven = np.flatnonzero(np.abs(steps - usual) > _UNEVEN * usual + _ROUNDING)
    if not len(uneven):
        return
    at = int(uneven[np.abs(steps[uneven] - usual).argmax()])
    more = f", and {len(uneven) - 1} more such places" if len(uneven) > 1 else ""
    missing = round(float(steps[at]) / usual) - 1
    what = f"lacks about {missing} slices" if missing > 0 else "is not evenly spaced"
    raise UnfitError(
        f"{what}: from slice {at} at {along[at]:.4g} mm to slice {at + 1} at {along[at + 1]:.4g} mm it is "
        f"{steps[at]:.4g} mm, elsewhere {usual:.4g} mm{more}"
    )
