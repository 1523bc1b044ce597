"""A 3-D image in one orientation."""

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_VOXELS = 1024**3


@dataclass(frozen=True)
class Volume:
    """A 3-D image whose axes run to the patient's right, anterior and superior (RAS+).

    Attributes:
        array: `[X, Y, Z]`; for CT in HU, for a mask the label numbers. Index 0 is the most left, posterior, inferior.
        spacing: voxel size in mm along x, y, z.
        affine: `[4, 4]`, voxel index to mm in patient space.
        made: how it came to be, as `Image.made` states it.
    """

    array: NDArray[Any]
    spacing: tuple[float, float, float]
    affine: NDArray[np.float64]
    made: tuple[str, ...]


def nearest_axes(affine: NDArray[np.float64]) -> tuple[tuple[int, int, int], tuple[bool, bool, bool]]:
    """Which stored axis runs nearest to x, y and z of the patient, and which of the three runs against it.

    The axes are matched by their directions, so that the sum of their cosines is largest: an oblique or sheared affine
    still gives each patient axis one stored axis.

    Args:
        affine: `[4, 4]`, voxel index to mm in RAS+ patient space, not singular.

    >>> nearest_axes(np.array([[0, 0, 3.0, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]]))
    ((2, 0, 1), (False, True, True))
    """
    cosines = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)  # [patient axis, stored axis]
    order = max(permutations(range(3)), key=lambda axes: sum(abs(cosines[i, axis]) for i, axis in enumerate(axes)))
    x, y, z = order
    return (x, y, z), (bool(cosines[0, x] < 0), bool(cosines[1, y] < 0), bool(cosines[2, z] < 0))


def upright(array: NDArray[Any], affine: NDArray[np.float64], made: tuple[str, ...]) -> Volume:
    """The volume with its axes permuted and flipped, never interpolated, to RAS+.

    Args:
        array: `[I, J, K]` as stored.
        affine: `[4, 4]`, stored voxel index to mm in RAS+ patient space, not singular. An oblique affine stays oblique.
        made: what was done before.
    """
    order, against = nearest_axes(affine)
    steps = affine[:3, list(order)]
    turned = array.transpose(order)
    origin = affine[:3, 3].copy()
    for axis, flip in enumerate(against):
        if flip:
            turned = np.flip(turned, axis)
            origin += steps[:, axis] * (turned.shape[axis] - 1)
    steps = steps * np.where(against, -1.0, 1.0)
    placed = np.eye(4)
    placed[:3, :3], placed[:3, 3] = steps, origin
    x, y, z = (float(step) for step in np.linalg.norm(steps, axis=0))
    # Fortran order keeps an axial slice in one piece of memory.
    said = (*made, "axes to right, anterior, superior (RAS+)")
    return Volume(np.asfortranarray(turned), (x, y, z), placed, said)


def shear_degrees(affine: NDArray[np.float64]) -> float:
    """How far two axes are from a right angle at most, in degrees.

    >>> round(shear_degrees(np.array([[1, 0, 0, 0], [0, 1, 1.0, 0], [0, 0, 1.0, 0], [0, 0, 0, 1]])), 1)
    45.0
    """
    cosines = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    between = np.abs((cosines.T @ cosines)[np.triu_indices(3, 1)])
    return float(np.degrees(np.arcsin(np.clip(between.max(), 0, 1))))
