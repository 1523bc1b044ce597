"""Four pictures drawn in code for a check without images of the user's: grey and colour, wide, high and square."""

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.image import Image

QUESTION = "Which shape does the picture show?"
CLASSES = ("circle", "stripes", "square", "triangle")
STATEMENT = "four pictures drawn in code, of 224x224, 320x160, 160x320 and 300x240 pixels"


def drawn_pictures() -> tuple[Image, ...]:
    """The same pixels on every machine; one of each class, in the order of `CLASSES`."""
    return tuple(Image(pixels.astype(np.uint8), ("drawn in code",)) for pixels in _pixels())


def _pixels() -> tuple[NDArray[np.floating], ...]:
    y, x = _coordinates(224, 224)
    circle = np.where((y - 0.4) ** 2 + (x - 0.6) ** 2 < 0.05, 230.0, 40.0 + 60.0 * y)
    y, x = _coordinates(160, 320)
    stripes = _coloured(127 + 120 * np.sin(50 * x + 10 * y), (1.0, 0.6, 0.3))
    y, x = _coordinates(320, 160)
    square = np.where((abs(y - 0.3) < 0.15) & (abs(x - 0.5) < 0.3), 20.0, 120.0 + 100.0 * x)
    y, x = _coordinates(240, 300)
    triangle = _coloured(np.where((y > 0.3) & (abs(x - 0.5) < (y - 0.3) / 2), 200.0, 90.0 * (1 - y)), (0.4, 0.8, 1.0))
    return circle, stripes, square, triangle


def _coordinates(height: int, width: int) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """`[H, W]` each, 0..1 from the top and from the left."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    return y, x


def _coloured(brightness: NDArray[np.floating], colour: tuple[float, float, float]) -> NDArray[np.floating]:
    """`[H, W, 3]`"""
    return brightness[..., None] * np.array(colour)
