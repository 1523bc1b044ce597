"""Tap 0: the image before any model, so small that a probe can read it."""

from collections.abc import Sequence

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from angiogram.imaging.image import Image

SIDE = 16


def thumbnails(images: Sequence[Image]) -> NDArray[np.float32]:
    """The `pixels` tap `[B, 1, 3 * 16 * 16]`: RGB in 0..1, averaged over a 16x16 grid, the same for every model."""
    small = [np.asarray(_picture(image).resize((SIDE, SIDE), PIL.Image.Resampling.BOX)) for image in images]
    scaled = np.divide(np.stack(small), 255, dtype=np.float32)  # [B, 16, 16, 3]
    return scaled.transpose(0, 3, 1, 2).reshape(len(images), 1, -1)


def _picture(image: Image) -> PIL.Image.Image:
    return PIL.Image.fromarray(image.pixels).convert("RGB")
