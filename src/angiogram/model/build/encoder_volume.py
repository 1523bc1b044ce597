"""A 3-D encoder, run on the whole volume."""

from typing import Any

from angiogram.model.build.connectors.patches import Grid
from angiogram.model.build.encoder import Encoder
from angiogram.model.build.encoder_flat import encoder_tokens


def _grid(vision_config: Any, side: int, slices: int | None) -> Grid:
    return vision_config.grid(slices, side, side)


VOLUME = Encoder(_grid, encoder_tokens)  # it gives its patches and no token before them, so that none is left out
