"""A volume as people look at it: a row of a few of its slices."""

from dataclasses import replace

import numpy as np

from angiogram.imaging.image import Image

MOST = 4


def panels(slices: int) -> int:
    """How many slices of so many the row shows."""
    return min(MOST, slices)


def strip(image: Image, across: int = MOST) -> Image:
    """The middle slices of four equal parts of a volume, side by side, the first on the left; a picture as it is.

    Args:
        image: a volume or a picture.
        across: slices in a row; what is over stands in further rows, and an empty place is black.

    >>> volume = Image(np.zeros((8, 40, 30), np.uint8), ())
    >>> strip(volume).pixels.shape, strip(volume, across=2).pixels.shape
    ((40, 120), (80, 60))
    """
    if image.slices is None:
        return image
    shown = panels(image.slices)
    places = ((np.arange(shown) + 0.5) * image.slices / shown).astype(int)
    rows = [image.pixels[places[start : start + across]] for start in range(0, shown, across)]
    rows = [np.pad(row, ((0, len(rows[0]) - len(row)), (0, 0), (0, 0))) for row in rows]
    pixels = np.concatenate([np.concatenate(row, axis=1) for row in rows])
    listed = ", ".join(map(str, places.tolist()))
    return replace(image, pixels=pixels, made=(*image.made, f"slices {listed} side by side"))
