"""A picture as text that a document can hold."""

import base64
import io

import PIL.Image

from angiogram.imaging.image import Image
from angiogram.imaging.strip import panels, strip


def base64_png(image: Image, side: int) -> str:
    """The picture as a base64 PNG, made smaller where its longer side has more than `side` pixels.

    Of a volume a few slices in a row, each at most so large.

    >>> import numpy as np
    >>> base64_png(Image(np.zeros((4, 2), np.uint8), ()), 2)[:8]
    'iVBORw0K'
    """
    picture = PIL.Image.fromarray(strip(image).pixels)
    picture.thumbnail((side * panels(image.slices or 1), side))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
