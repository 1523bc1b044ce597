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


Window = tuple[float, float]
"""Line integrals that stand for black and white, before brightness and contrast."""


def window_of(integral: NDArray[np.float32]) -> Window:
    """The window that an automatic exposure sets for this picture.

    >>> window_of(np.zeros((8, 8), np.float32))
    (0.0, 1.0)
    """
    body = integral[integral > AIR]
    low, high = np.percentile(body, BODY) if body.size else (0.0, 1.0)
    return float(low), float(high)


def developed(
    integral: NDArray[np.float32], how: Development, window: Window, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """The picture, air dark and bone bright (MONOCHROME2), same shape.

    Behind a line integral p arrive N exp(-p) quanta in the mean (Beer-Lambert), with noise of Poisson's variance. It is
    drawn as one standard normal a pixel times the root of the mean, not as a Poisson number: how many random numbers
    that takes depends on its mean, and a changed ray would change the noise of all that follow. So a pixel depends on
    its own ray alone, and pictures of the same window and random numbers are equal wherever their integrals are. Where
    fewer than about ten quanta arrive a Poisson number would be skewed, and this is not.
    """
    sent = 10.0**how.quanta
    mean = sent * np.exp(-integral.astype(np.float64))
    arrived = np.maximum(mean + np.sqrt(mean) * rng.standard_normal(mean.shape), 1)
    seen = -np.log(arrived / sent)
    low, high = window
    width = max(high - low, 1e-3)
    middle = (low + high) / 2 - how.brightness * width
    share = (seen - middle) * how.contrast / width + 0.5
    share = np.clip(share, 0, 1) * np.clip(seen / AIR, 0, 1)  # air is black, however bright the display
    return np.rint(255 * share**how.gamma).astype(np.uint8)
