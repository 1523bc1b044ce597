"""Tap 0: the image before any model, so small that a probe can read it."""

from collections.abc import Sequence

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from angiogram.imaging.depth import with_slices
from angiogram.imaging.image import Image

SIDE = 16


def thumbnails(images: Sequence[Image]) -> NDArray[np.float32]:
    """The `pixels` tap `[B, 1, 3 * 16 * 16]`: RGB in 0..1, averaged over a 16x16 grid, the same for every model.

    A volume has its first, middle and last third in place of the colours.
    """
    small = [np.asarray(_picture(image).resize((SIDE, SIDE), PIL.Image.Resampling.BOX)) for image in images]
    scaled = np.divide(np.stack(small), 255, dtype=np.float32)  # [B, 16, 16, 3]
    return scaled.transpose(0, 3, 1, 2).reshape(len(images), 1, -1)


def _picture(image: Image) -> PIL.Image.Image:
    if image.slices is not None:
        return PIL.Image.fromarray(np.moveaxis(with_slices(image.pixels, 3), 0, -1))
    return PIL.Image.fromarray(image.pixels).convert("RGB")
