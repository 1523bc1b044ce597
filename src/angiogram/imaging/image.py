"""One image type, flat or a volume, that carries how it was made."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BURNED_IN = "text may be burned into the pixels (BurnedInAnnotation YES)"
"""The step that `Image.made` ends with where the file itself says so."""


@dataclass(frozen=True)
class Image:
    """Pixels ready for a model's own processor, and the declared way they were made.

    Attributes:
        pixels: uint8, `[H, W]` grey, `[H, W, 3]` RGB, or a grey volume `[S, H, W]` of S slices, which is never 3 wide.
        made: each preparation step in order, e.g. `("NIfTI axial slice", "window -160..240 HU", "90 mm to 112 px")`.
        values: what the file holds in more than 8 bits, before any window, `[H', W']` or `[H', W', 3]` in RGB, finite,
            the larger the brighter; None where the pixels are all there is, and for a volume.

    >>> Image(np.zeros((8, 40, 30), np.uint8), ()).slices, Image(np.zeros((40, 30, 3), np.uint8), ()).slices
    (8, None)
    """

    pixels: NDArray[np.uint8]
    made: tuple[str, ...]
    values: NDArray[Any] | None = None

    @property
    def slices(self) -> int | None:
        """How many slices a volume has; None for a picture."""
        return self.pixels.shape[0] if is_volume(self.pixels) else None

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels, of each slice of a volume."""
        height, width = self.pixels.shape[1:] if self.slices else self.pixels.shape[:2]
        return height, width

    @property
    def may_hold_text(self) -> bool:
        """Whether the file says that text is burned into the pixels, which may name the patient."""
        return BURNED_IN in self.made


def is_volume(pixels: NDArray[Any]) -> bool:
    """Whether this is `[S, H, W]` and not a picture, `[H, W]` or `[H, W, 3]`."""
    return pixels.ndim == 3 and pixels.shape[-1] != 3
