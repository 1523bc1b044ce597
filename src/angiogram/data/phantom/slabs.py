"""Where the volumes of the phantom lie, and how each is drawn.

The body is cut into slabs of eight slices, 20 mm, with one unread slice between slabs, and every third slab is for
testing, as with the z-blocks of the pictures. A volume is the full height of its slab, so that no voxel is in both
splits. Thicker slabs would leave classes on one side: of 12 slices two, of 16 four. [own]
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiogram.data.phantom.crops import AIR_HU, Crop, crops_of_cut
from angiogram.data.phantom.volume import Body
from angiogram.imaging.planes import cut, cut_spacing

SLICES = 8
GAP = 1
MIDDLE = SLICES // 2
PIXELS = 64
COPIES = 6


def slab_of(z: int) -> int | None:
    """The slab of an axial slice; None for a slice in a gap.

    >>> [slab_of(z) for z in (0, 7, 8, 9)]
    [0, 0, None, 1]
    """
    return None if z % (SLICES + GAP) >= SLICES else z // (SLICES + GAP)


def slices_of(crop: Crop) -> range:
    """The axial slices that a volume shows, from the foot up; the crop's own is the middle one."""
    return range(crop.index - MIDDLE, crop.index - MIDDLE + SLICES)


def slab_plan(body: Body) -> list[Crop]:
    """The volumes of every slab, slab by slab: those whose middle slice has the structure at its centre."""
    return list(_planned(body))


def _planned(body: Body) -> Iterator[Crop]:
    for bottom in range(0, body.hu.shape[2] - SLICES + 1, SLICES + GAP):
        for crop in crops_of_cut(body, "axial", bottom + MIDDLE, COPIES):
            yield replace(crop, square=replace(crop.square, pixels=PIXELS))


def draw_slab(body: Body, crop: Crop) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The volume `[SLICES, PIXELS, PIXELS]` and, under each pixel of its middle slice, the structure index `[P, P]`.

    Slices are those of the scan; in the plane sampling is bilinear.
    """
    spacing = cut_spacing(body.spacing, "axial")
    planes = [cut(body.hu, "axial", z) for z in slices_of(crop)]
    hu = np.stack([crop.square.sample(plane, spacing, order=1, outside=AIR_HU) for plane in planes])
    if crop.noise:
        hu = hu + crop.rng.normal(0.0, crop.noise, hu.shape).astype(np.float32)
    shown = cut(body.structures, "axial", crop.index)
    return crop.window.grey(hu), crop.square.sample(shown, spacing, order=0, outside=0)
