"""Pictures whose pixels are not square, shown with the right aspect."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from angiogram.errors import InputError

MAX_PIXELS = 100_000_000
_ALIKE = 0.01
_LEAST = 1e-12  # of one side to the other


def square_pixels(pixels: NDArray[np.uint8], spacing: tuple[float, float]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The picture with square pixels, and the step as `Image.made` states it; as it is where they differ by under 1 %.

    The coarser side is interpolated (bilinear) to the finer step: nothing is left out.

    Args:
        pixels: `[H, W]` or `[H, W, 3]`.
        spacing: distance of the rows and distance of the columns, in mm or any unit.

    Raises:
        InputError: the picture would be larger than 100 megapixels.

    >>> square_pixels(np.zeros((10, 20), np.uint8), (2.0, 0.5))[0].shape
    (40, 20)
    """
    down, across = spacing
    if not _LEAST < down / across < 1 / _LEAST:
        raise InputError(f"Pixels of {down:g} x {across:g} mm are no picture's.")
    if abs(down / across - 1) < _ALIKE:
        return pixels, ()
    step = min(down, across)
    height, width = (max(1, round(n * side / step)) for n, side in zip(pixels.shape[:2], spacing, strict=True))
    if height * width > MAX_PIXELS:
        raise InputError(
            f"Pixels of {down:g} x {across:g} mm make a picture of {width}x{height} square ones; at most "
            f"{MAX_PIXELS // 1_000_000} megapixels are read."
        )
    resized = Pillow.fromarray(pixels).resize((width, height), Pillow.Resampling.BILINEAR)
    return np.array(resized), (f"pixels of {down:g} x {across:g} mm made square, {step:g} mm",)
