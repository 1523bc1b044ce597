"""What a NIfTI header says, checked before any voxel is read."""

import gzip
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.imaging.bomb import LIMIT, is_bomb
from angiogram.imaging.volume import MAX_VOXELS

MAX_BYTES = 4 * MAX_VOXELS  # stored
MAX_OFFSET = 16 * 2**20  # bytes of extensions before the voxels
_HELD = 4  # bytes that a voxel takes once it is read
_SINGULAR = 1e-6


def checked_header(path: Path, name: str) -> Any:
    """The header of a `.nii` or `.nii.gz` file.

    Args:
        path: the file.
        name: how messages call it.

    Raises:
        InputError: it asks for more than is read, lacks voxels, or says what no image is.
    """
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    compressed = path.name.lower().endswith(".gz")
    with gzip.open(path) if compressed else path.open("rb") as file:
        start = file.read(540)
    # The first number is the header's own length: it tells version and byte order.
    for sign in "<", ">":
        length = int.from_bytes(start[:4], "little" if sign == "<" else "big")
        if length in {348, 540} and len(start) >= length:
            kind = Nifti2Header if length == 540 else Nifti1Header
            header: Any = kind(start[:length], endianness=sign, check=False)
            break
    else:
        raise InputError(f"'{name}' is not a readable NIfTI volume: it has no header of one.")
    _check_size(header, name, path.stat().st_size, compressed)
    return header


def _check_size(header: Any, name: str, length: int, compressed: bool) -> None:
    """Refuse absurd numbers; `length` is the file's."""
    rank = int(header["dim"][0])
    sides = [int(side) for side in header["dim"][1 : rank + 1]] if 1 <= rank <= 7 else []
    if not sides or min(sides) < 1:
        raise InputError(f"'{name}' has {rank} dimensions{f' of {sides}' if sides else ''}; a volume needs 3, above 0.")
    voxels = math.prod(sides)
    if voxels > MAX_VOXELS:
        raise InputError(f"'{name}' says {voxels} voxels; at most {MAX_VOXELS // 2**20} Mi are read.")
    offset = float(header["vox_offset"])
    if not 0 <= offset <= MAX_OFFSET:
        raise InputError(f"'{name}' says that its voxels begin at byte {offset:g}; at most {MAX_OFFSET} is read.")
    try:
        needed = int(offset) + voxels * int(header.get_data_dtype().itemsize)
    except Exception as error:  # nibabel has its own exception for a kind of voxel that it does not know
        raise InputError(f"'{name}' holds voxels of an unknown kind ({int(header['datatype'])}).") from error
    if needed > MAX_BYTES:
        raise InputError(f"'{name}' says {needed} bytes of voxels; at most {MAX_BYTES // 2**20} MiB are read.")
    if compressed and is_bomb(length, max(needed, voxels * _HELD)):
        raise InputError(f"'{name}' says that {voxels} voxels come out of its {length} bytes; {LIMIT}.")
    if not compressed and length < needed:
        raise InputError(f"'{name}' is truncated: it holds {length} of {needed} bytes.")


@dataclass(frozen=True)
class Placed:
    """Where a NIfTI's voxels lie.

    Attributes:
        affine: `[4, 4]`, voxel index to mm.
        said: by which rule, as `Image.made` states it.
    """

    affine: NDArray[np.float64]
    said: tuple[str, ...]


def placed(header: Any, name: str) -> Placed:
    """The affine by nibabel's rule: sform where its code says so, else qform, else voxel sizes alone.

    Raises:
        InputError: the affine is singular or no number.
    """
    by_sform, by_qform = int(header["sform_code"]) > 0, int(header["qform_code"]) > 0
    affine = np.asarray(header.get_best_affine(), dtype=np.float64)
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    if not np.isfinite(affine).all() or (lengths < _SINGULAR).any():
        raise InputError(f"'{name}' has an affine that is no number or gives a voxel no size.")
    if abs(float(np.linalg.det(affine[:3, :3] / lengths))) < _SINGULAR:
        raise InputError(f"'{name}' has a singular affine: two of its axes lie on one another.")
    if not by_sform and not by_qform:
        return Placed(affine, ("orientation not said: x to the left, y anterior, z superior by NIfTI's old default",))
    said = "orientation by sform" if by_sform else "orientation by qform"
    if by_sform and by_qform:
        apart = _apart(affine, np.asarray(header.get_qform(), dtype=np.float64), header.get_data_shape())
        if not apart < 0.5 * float(lengths.min()):
            said += f"; its qform differs by up to {apart:.3g} mm"
    return Placed(affine, (said,))


def _apart(one: NDArray[np.float64], other: NDArray[np.float64], shape: tuple[int, ...]) -> float:
    """The largest distance that two affines bring a corner of the volume to, in mm."""
    ends = [(0, side - 1) for side in (*shape[:3], 1, 1)[:3]]
    corners = np.array([(x, y, z, 1) for x in ends[0] for y in ends[1] for z in ends[2]], dtype=np.float64)
    return float(np.linalg.norm(((one - other) @ corners.T)[:3], axis=0).max())
