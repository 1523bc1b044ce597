"""One image type that carries how it was made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Image:
    """Pixels ready for a model's own processor, and the declared way they were made.

    Attributes:
        pixels: uint8, `[H, W]` grey or `[H, W, 3]` RGB.
        made: each preparation step in order, e.g. `("NIfTI axial slice", "window -160..240 HU", "90 mm to 112 px")`.
    """

    pixels: NDArray[np.uint8]
    made: tuple[str, ...]
