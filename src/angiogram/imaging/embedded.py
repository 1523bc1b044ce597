"""A picture as text that a document can hold."""

import base64
import io

import PIL.Image

from angiogram.imaging.image import Image


def base64_png(image: Image, side: int) -> str:
    """The picture as a base64 PNG, made smaller where its longer side has more than `side` pixels.

    >>> import numpy as np
    >>> base64_png(Image(np.zeros((4, 2), np.uint8), ()), 2)[:8]
    'iVBORw0K'
    """
    picture = PIL.Image.fromarray(image.pixels)
    picture.thumbnail((side, side))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
