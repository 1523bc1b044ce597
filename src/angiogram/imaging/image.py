"""One image type that carries how it was made."""

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
        pixels: uint8, `[H, W]` grey or `[H, W, 3]` RGB.
        made: each preparation step in order, e.g. `("NIfTI axial slice", "window -160..240 HU", "90 mm to 112 px")`.
        values: what the file holds in more than 8 bits, before any window, `[H', W']` or `[H', W', 3]` in RGB, finite,
            the larger the brighter; None where the pixels are all there is.
    """

    pixels: NDArray[np.uint8]
    made: tuple[str, ...]
    values: NDArray[Any] | None = None

    @property
    def may_hold_text(self) -> bool:
        """Whether the file says that text is burned into the pixels, which may name the patient."""
        return BURNED_IN in self.made
