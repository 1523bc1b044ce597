"""Hounsfield window: which densities become which grey values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Window:
    """A linear map from HU to grey: `low` and everything below is 0, `high` and everything above is 255.

    >>> Window(-160, 240).grey(np.array([-1000, -160, 40, 240, 3000])).tolist()
    [0, 0, 128, 255, 255]
    >>> Window(-160, 240).made
    'window -160..240 HU to grey 0..255'
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"A window needs low < high, got {self.low}..{self.high} HU.")

    @classmethod
    def centred(cls, centre: float, width: float) -> "Window":
        """The window with this centre and full width, both in HU.

        >>> Window.centred(40, 400)
        Window(low=-160.0, high=240.0)
        """
        return cls(centre - width / 2, centre + width / 2)

    def grey(self, hu: NDArray[np.generic]) -> NDArray[np.uint8]:
        """Grey values of the same shape, rounded to the nearest."""
        scaled = (np.asarray(hu, dtype=np.float32) - self.low) * (255 / (self.high - self.low))
        return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)

    @property
    def made(self) -> str:
        """This step as `Image.made` states it."""
        return f"window {self.low:.0f}..{self.high:.0f} HU to grey 0..255"
