"""The CT and its mask, out of the installed asset package."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.assets import CT, CT_MASK, require_readers
from angiogram.data.phantom.structures import structure_map
from angiogram.errors import InputError
from angiogram.imaging.nifti import read_volume


@dataclass(frozen=True)
class Body:
    """One scanned patient.

    Attributes:
        hu: the CT, `[X, Y, Z]` float32 in HU, axes to right, anterior, superior.
        structures: index into `structures.STRUCTURES` of every voxel, same shape.
        spacing: voxel size in mm along x, y, z.
    """

    hu: NDArray[np.float32]
    structures: NDArray[np.uint8]
    spacing: tuple[float, float, float]


def load_body() -> Body:
    """Read CT and mask.

    Raises:
        InputError: the asset package or what reads it is missing, damaged, or of another version.
    """
    require_readers()
    ct = read_volume(CT.locate())
    mask = read_volume(CT_MASK.locate(), dtype=np.uint8)
    if ct.array.shape != mask.array.shape or not np.allclose(ct.affine, mask.affine):
        raise InputError(f"The CT and the mask of '{CT.requirement}' do not lie on each other.")
    return Body(ct.array, structure_map(mask.array), ct.spacing)
