"""NIfTI volumes in one orientation."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from angiogram.errors import InputError, reason_of
from angiogram.imaging.nifti_header import checked_header, placed
from angiogram.imaging.present import need_file
from angiogram.imaging.printable import printable
from angiogram.imaging.volume import Volume, shear_degrees, upright

SUFFIXES = (".nii", ".nii.gz")
_SHEARED = 1.0  # degrees


def read_volume(path: Path, dtype: DTypeLike = np.float32) -> Volume:
    """Read a `.nii` or `.nii.gz` file, axes permuted and flipped (never interpolated) to RAS+.

    The affine decides the orientation: sform, else qform (nibabel's rule). An oblique affine stays oblique: its axes
    are the nearest ones. Values are scaled by the header's slope and intercept, once; a slope that is 0 or no number
    means none. Dimensions of length 1 behind the third are dropped, missing ones added.

    Raises:
        InputError: the file is missing, damaged, asks for more than is read, or holds something else than one 3-D
            volume of numbers; nibabel is not installed.
    """
    try:
        import nibabel  # of the extras [demo] and [dicom]: whoever reads no volume does without it
    except ImportError as error:
        raise InputError(
            "Reading NIfTI needs the package 'nibabel', which is not installed: `pip install 'angiogram[dicom]'`."
        ) from error
    name = printable(path)
    need_file(path, name, "NIfTI file")
    try:
        header = checked_header(path, name)
        where = placed(header, name)
        # Its class is known: to find it, nibabel's `load` would guess from bytes that may not be there.
        kind = nibabel.Nifti2Image if isinstance(header, nibabel.Nifti2Header) else nibabel.Nifti1Image
        image: Any = kind.from_filename(path)
        shape = _three(tuple(image.shape), name)
        stored: NDArray[Any] = np.asanyarray(image.dataobj).reshape(shape, order="F")
    except InputError:
        raise
    except EOFError as error:  # of a compressed stream
        raise InputError(f"'{name}' is not a readable NIfTI volume: it is truncated.") from error
    except Exception as error:  # nibabel, zlib and numpy each raise their own for damaged bytes
        raise InputError(f"'{name}' is not a readable NIfTI volume: {reason_of(error)}.") from error
    if stored.dtype.kind not in "biuf":
        raise InputError(f"'{name}' holds colours or complex numbers; a volume needs one number a voxel.")
    made = ("NIfTI", *_scaling(image.dataobj), *where.said, *_sheared(where.affine))
    volume = upright(stored, where.affine, made)
    return Volume(np.asfortranarray(volume.array, dtype=dtype), volume.spacing, volume.affine, volume.made)


def _three(shape: tuple[int, ...], name: str) -> tuple[int, int, int]:
    """The shape with exactly three dimensions."""
    if any(side != 1 for side in shape[3:]):
        raise InputError(
            f"'{name}' has {len(shape)} dimensions, {' x '.join(map(str, shape))}; a volume needs 3: divide it into "
            "its time points or directions first."
        )
    x, y, z = (*shape, 1, 1)[:3]
    return x, y, z


def _scaling(stored: Any) -> tuple[str, ...]:
    slope, intercept = float(stored.slope), float(stored.inter)
    return () if (slope, intercept) == (1, 0) else (f"times {slope:g} plus {intercept:g} by its header",)


def _sheared(affine: NDArray[np.float64]) -> tuple[str, ...]:
    degrees = shear_degrees(affine)
    return () if degrees < _SHEARED else (f"axes up to {degrees:.1f} degrees off a right angle, not resampled",)
