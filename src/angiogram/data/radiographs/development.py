"""From line integrals to the grey values of a picture: quanta, logarithm, window, curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AIR = 0.25
"""Line integral below which a ray has met no body."""
BODY = (0.5, 99.5)
"""Percentiles of the body's line integrals that stand for black and white, as an automatic exposure sets them."""


@dataclass(frozen=True)
class Development:
    """How an exposure is made visible.

    Attributes:
        quanta: mean number that reaches a pixel behind air, as log10.
        brightness: moves the window, in widths; positive is brighter.
        contrast: divides the window's width.
        gamma: exponent of the curve.
    """

    quanta: float
    brightness: float
    contrast: float
    gamma: float


def developed(integral: NDArray[np.float32], how: Development, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The picture, air dark and bone bright (MONOCHROME2), same shape.

    The number of quanta behind a line integral p is Poisson with mean N exp(-p) (Beer-Lambert).
    """
    sent = 10.0**how.quanta
    arrived = np.maximum(rng.poisson(sent * np.exp(-integral.astype(np.float64))), 1)
    seen = -np.log(arrived / sent)
    body = integral[integral > AIR]
    low, high = np.percentile(body, BODY) if body.size else (0.0, 1.0)
    width = max(float(high - low), 1e-3)
    middle = (low + high) / 2 - how.brightness * width
    share = (seen - middle) * how.contrast / width + 0.5
    share = np.clip(share, 0, 1) * np.clip(seen / AIR, 0, 1)  # air is black, however bright the display
    return np.rint(255 * share**how.gamma).astype(np.uint8)
