"""A volume as people look at it: a row of a few of its slices."""

from dataclasses import replace

import numpy as np

from angiogram.imaging.image import Image

MOST = 4


def panels(slices: int) -> int:
    """How many slices of so many the row shows."""
    return min(MOST, slices)


def strip(image: Image) -> Image:
    """The middle slices of four equal parts of a volume, side by side, the first on the left; a picture as it is.

    >>> strip(Image(np.zeros((8, 40, 30), np.uint8), ())).pixels.shape
    (40, 120)
    """
    if image.slices is None:
        return image
    shown = panels(image.slices)
    places = ((np.arange(shown) + 0.5) * image.slices / shown).astype(int)
    listed = ", ".join(map(str, places.tolist()))
    return replace(
        image, pixels=np.concatenate(image.pixels[places], axis=1), made=(*image.made, f"slices {listed} side by side")
    )
