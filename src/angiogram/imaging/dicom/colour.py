"""Colours of a frame as RGB of 8 bits."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.decode import Pixels
from angiogram.imaging.dicom.unfit import UnfitError, attempt

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def rgb(pixels: Pixels, dataset: "Dataset") -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """`[H, W, 3]`, and the steps as `Image.made` states them.

    Args:
        pixels: RGB, or the indices of a palette. The decoder has brought other colour spaces to RGB, once.
        dataset: holds the palette, whole or in segments.

    Raises:
        UnfitError: the palette is missing or contradicts itself.
    """
    if pixels.meaning == "RGB":
        if pixels.bits == 8 and pixels.array.dtype == np.uint8:
            return pixels.array, ()
        return _eight_bits(pixels.array, pixels.bits), (f"{pixels.bits} bits a channel to 8",)
    from pydicom.pixels import apply_color_lut  # pyright: ignore[reportPrivateImportUsage]

    coloured = attempt(lambda: apply_color_lut(pixels.array, dataset))
    if coloured is None:
        raise UnfitError("has a palette that is missing or cannot be read")
    # Some writers keep 8-bit colours in 16-bit entries without scaling them.
    every = attempt(lambda: apply_color_lut(np.arange(2 ** min(pixels.bits, 16), dtype=np.uint16), dataset))
    deep = coloured.dtype.itemsize > 1 and (every is None or every.max() > 255)
    return (_eight_bits(coloured, 16) if deep else coloured.astype(np.uint8)), ("palette to RGB",)


def _eight_bits(array: NDArray[np.generic], bits: int) -> NDArray[np.uint8]:
    return np.rint(array.astype(np.float64) * (255 / (2**bits - 1))).clip(0, 255).astype(np.uint8)
