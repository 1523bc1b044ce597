"""A picture small enough to keep for every case, and large enough to tell it from its neighbours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

SIDE = 32
_LUMA = np.array([0.299, 0.587, 0.114])  # of ITU-R 601-2, by which Pillow makes grey of RGB


def thumbnail(picture: NDArray[Any]) -> NDArray[np.float16]:
    """The whole picture in grey, squeezed to 32 x 32.

    Each value is a mean weighted by a triangle over all pixels near it, so the same picture at two resolutions gives
    nearly the same thumbnail. Pixels of 8 bits keep their grey, in whole numbers. Values of more bits are averaged as
    they are, and what comes out is stretched to 0..255: the same picture at two depths gives two thumbnails that
    correlate fully.

    Args:
        picture: grey `[H, W]` or RGB `[H, W, 3]`; uint8, or finite values of another kind.

    >>> thumbnail(np.full((300, 200, 3), 7, np.uint8)).shape
    (32, 32)
    >>> deep = thumbnail(np.linspace(-1000, 3000, 64 * 64).reshape(64, 64))
    >>> float(deep.min()), float(deep.max())
    (0.0, 255.0)
    """
    if picture.dtype == np.uint8:
        grey = Pillow.fromarray(np.ascontiguousarray(picture)).convert("L")
        return np.asarray(_squeezed(grey)).astype(np.float16)
    grey = picture @ _LUMA if picture.ndim == 3 else picture
    small = np.asarray(_squeezed(Pillow.fromarray(np.ascontiguousarray(grey, dtype=np.float32))))
    low, span = small.min(), np.ptp(small)
    return ((small - low) * (255 / span if span > 0 else 0)).astype(np.float16)


def _squeezed(picture: Pillow.Image) -> Pillow.Image:
    return picture.resize((SIDE, SIDE), Pillow.Resampling.BILINEAR)
