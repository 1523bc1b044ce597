"""Colours of a frame as RGB of 8 bits, and what they were in more."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.decode import Pixels
from angiogram.imaging.dicom.unfit import UnfitError, attempt

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


class Colours(NamedTuple):
    """A frame in colour.

    Attributes:
        pixels: `[H, W, 3]`.
        values: the same before they were brought to 8 bits, `[H, W, 3]`; None where nothing was lost.
        made: the steps as `Image.made` states them.
    """

    pixels: NDArray[np.uint8]
    values: NDArray[Any] | None
    made: tuple[str, ...]


def rgb(pixels: Pixels, dataset: "Dataset") -> Colours:
    """The colours of a frame.

    Args:
        pixels: RGB, or the indices of a palette. The decoder has brought other colour spaces to RGB, once.
        dataset: holds the palette, whole or in segments.

    Raises:
        UnfitError: the palette is missing or contradicts itself.
    """
    if pixels.meaning == "RGB":
        if pixels.bits == 8 and pixels.array.dtype == np.uint8:
            return Colours(pixels.array, None, ())
        return _in_eight_bits(pixels.array, pixels.bits, f"{pixels.bits} bits a channel to 8")
    from pydicom.pixels import apply_color_lut  # pyright: ignore[reportPrivateImportUsage]

    coloured = attempt(lambda: apply_color_lut(pixels.array, dataset))
    if coloured is None:
        raise UnfitError("has a palette that is missing or cannot be read")
    # Some writers keep 8-bit colours in 16-bit entries without scaling them.
    every = attempt(lambda: apply_color_lut(np.arange(2 ** min(pixels.bits, 16), dtype=np.uint16), dataset))
    deep = coloured.dtype.itemsize > 1 and (every is None or every.max() > 255)
    if deep:
        return _in_eight_bits(coloured, 16, "palette to RGB")
    return Colours(coloured.astype(np.uint8), None, ("palette to RGB",))


def _in_eight_bits(array: NDArray[Any], bits: int, step: str) -> Colours:
    scale = 255 / (2**bits - 1)
    pixels = np.rint(array.astype(np.float64) * scale).clip(0, 255).astype(np.uint8)
    lossless = np.array_equal(np.rint(pixels / scale), array)  # 8 bits that were only spread over more
    return Colours(pixels, None if lossless else array, (step,))
