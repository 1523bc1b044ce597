"""NIfTI volumes in one orientation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from angiogram.errors import InputError


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


def read_volume(path: Path, dtype: DTypeLike = np.float32) -> Volume:
    """Read a `.nii` or `.nii.gz` file, axes permuted and flipped (never interpolated) to RAS+.

    The affine decides the orientation. An oblique affine stays oblique: its axes are the nearest ones.

    Raises:
        InputError: the file is missing, damaged, or not a 3-D volume; nibabel is not installed.
    """
    try:
        import nibabel  # of the extra [demo]: whoever reads no volume does without it
    except ImportError as error:
        raise InputError(
            "Reading NIfTI needs the package 'nibabel', which is not installed: `pip install 'angiogram[demo]'`."
        ) from error
    if not path.is_file():
        raise InputError(f"There is no NIfTI file '{path}'.")
    try:
        image = nibabel.as_closest_canonical(nibabel.load(path))  # pyright: ignore[reportArgumentType]
        stored: NDArray[Any] = np.asanyarray(image.dataobj)
        affine = np.asarray(image.affine, dtype=np.float64)
    except Exception as error:  # nibabel, zlib and numpy each raise their own for damaged bytes
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"'{path}' is not a readable NIfTI volume: {reason}.") from error
    if stored.ndim != 3:
        raise InputError(f"'{path}' has {stored.ndim} dimensions; a volume needs 3.")
    x, y, z = (float(step) for step in np.linalg.norm(affine[:3, :3], axis=0))
    made = (f"NIfTI {path.name}", "axes to right, anterior, superior (RAS+)")
    # Fortran order keeps an axial slice in one piece of memory.
    return Volume(np.asfortranarray(stored, dtype=dtype), (x, y, z), affine, made)
