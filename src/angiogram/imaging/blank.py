"""Pictures that show nothing."""

import numpy as np

from angiogram.imaging.image import Image

GREY = 128


def grey_like(image: Image) -> Image:
    """An even grey in the shape of this image or volume."""
    return Image(np.full_like(image.pixels, GREY), ("even grey",))


def grey_square(side: int) -> Image:
    """An even grey of this many pixels a side."""
    return Image(np.full((side, side), GREY, np.uint8), ("even grey",))
