"""One structure taken out of the patient, its place filled from around."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiogram.data.radiographs.projection import Planes
from angiogram.data.radiographs.shadows import named

REMOVABLE = ("heart", "liver", "spleen", "right clavicle", "left clavicle")
"""Structures whose shadow is plain enough to be missed: without a stomach, a scapula or the sternum a picture is the
same but for a few grey values."""
RIM, SOFT = 1, 2.0  # voxels: an edge's partial volume goes, too; the filling is smoothed


def without(planes: Planes, name: str) -> Planes:
    """The planes without one structure.

    Each of its voxels takes the attenuation of the nearest voxel outside it, smoothed; it belongs to nothing then.
    """
    bits = named(name).bits
    inside = (planes.bits & bits) != 0
    place = _around(inside, 8)
    hole = ndimage.binary_dilation(inside[place], iterations=RIM)
    old = planes.attenuation[place]
    nearest: Any = ndimage.distance_transform_edt(
        hole, sampling=planes.spacing, return_distances=False, return_indices=True
    )
    filled = ndimage.gaussian_filter(old[tuple(nearest)], SOFT)
    attenuation = planes.attenuation.copy()
    attenuation[place] = np.where(hole, filled, old)
    return replace(planes, attenuation=attenuation, bits=planes.bits & ~bits)


def _around(mask: NDArray[np.bool_], margin: int) -> tuple[slice, ...]:
    found = [np.flatnonzero(mask.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    return tuple(slice(max(0, int(where[0]) - margin), int(where[-1]) + margin + 1) for where in found)
