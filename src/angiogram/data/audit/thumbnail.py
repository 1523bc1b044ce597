"""A picture small enough to keep for every case, and large enough to tell it from its neighbours."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

SIDE = 32


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The whole picture in grey, squeezed to 32 x 32.

    Each value is a mean weighted by a triangle over all pixels near it, so the same picture at two resolutions gives
    nearly the same thumbnail.

    Args:
        pixels: `[H, W]` grey or `[H, W, 3]` RGB.

    >>> thumbnail(np.full((300, 200, 3), 7, np.uint8)).shape
    (32, 32)
    """
    grey = Pillow.fromarray(np.ascontiguousarray(pixels)).convert("L")
    return np.asarray(grey.resize((SIDE, SIDE), Pillow.Resampling.BILINEAR))
