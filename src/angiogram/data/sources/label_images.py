"""Pictures and volumes that say where something is: few values, one a structure."""

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.imaging import nifti, raster
from angiogram.imaging.nifti_header import checked_header
from angiogram.imaging.printable import printable
from angiogram.imaging.raster import read_raster
from angiogram.imaging.read import suffix_of

Look = Literal["labels", "blank", "picture", "unknown"]
"""Of a file: few values, one value, many values; or it cannot be read, or is of a kind of which nothing is said."""

_TWO_VALUED = 0.98
_NEAR = 16
_FEW = 8  # values of a picture that tells structures apart
_FEW_IN_VOLUME = 128
_HIGHEST = 2**16  # label


def look(file: Path) -> Look:
    """What the values of a picture or volume look like."""
    suffix = suffix_of(file)
    try:
        if suffix in nifti.SUFFIXES:
            return "labels" if _few_in_volume(nifti.read_volume(file).array) else "picture"
        if suffix not in raster.SUFFIXES:
            return "unknown"
        pixels = read_raster(file).pixels
    except InputError:
        return "unknown"  # it is set aside later, with the reason
    if pixels.min() == pixels.max():
        return "blank"
    return "labels" if few_valued(pixels) else "picture"


def same_size(one: Path, other: Path) -> bool:
    """Whether two pictures, or two volumes, are as large; not where one cannot be read."""
    try:
        volumes = [suffix_of(file) in nifti.SUFFIXES for file in (one, other)]
        if any(volumes):
            return all(volumes) and _shape(one) == _shape(other)
        return read_raster(one).pixels.shape[:2] == read_raster(other).pixels.shape[:2]
    except InputError:
        return False


def few_valued(pixels: NDArray[np.uint8]) -> bool:
    """Whether pixels have few values, or nearly all lie at one of two, as where black and white were kept as JPEG.

    >>> few_valued(np.array([[0, 0, 255], [0, 3, 250]], np.uint8)), few_valued(np.arange(9, dtype=np.uint8) * 20)
    (True, False)
    """
    if len(np.unique(pixels)) <= _FEW:
        return True
    low, high = int(pixels.min()), int(pixels.max())
    near = (pixels <= low + _NEAR) | (pixels >= high - _NEAR)
    return bool(near.mean() >= _TWO_VALUED) and high - low > 2 * _NEAR


def _shape(volume: Path) -> tuple[int, ...]:
    """Of a NIfTI file by its header, without sides of length 1 behind the third."""
    shape = tuple(map(int, checked_header(volume, printable(volume)).get_data_shape()))
    return shape[:3] if all(side == 1 for side in shape[3:]) else shape


def _few_in_volume(values: NDArray[np.floating]) -> bool:
    """Whether a volume holds labels: whole numbers from 0, and few of them."""
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= _HIGHEST):
        return False
    seen = np.zeros(int(high) + 1, bool)
    for cut in values.T:
        whole = cut.astype(np.intp)
        if (whole != cut).any():
            return False
        seen[whole] = True
    return int(np.count_nonzero(seen)) <= _FEW_IN_VOLUME
