"""A vision model of pictures, run on each slice of a volume by itself."""

from typing import Any

from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.build.connectors.patches import Grid
from angiogram.model.build.encoder import Encoder, Tokens
from angiogram.model.build.encoder_flat import FLAT


def slice_tokens(tower: Any, pixel_values: Tensor, layer: int | None, tokens: Tokens, patches: int) -> Tensor:
    """The tokens of the first slice, then of the second, and so on; what stands before the patches does so in each.

    Nothing passes between slices here: which slice a token is of, a connector that looks at all of them adds by place.

    Args:
        tower: of transformers.
        pixel_values: `[B, 3, S, H, W]`.
        layer: as in `encoder_tokens`.
        tokens: as in `encoder_tokens`.
        patches: of a volume, S times those of a slice.

    Returns:
        `[B, S * T, D]`.
    """
    batch, _, slices, _, _ = pixel_values.shape
    pictures = pixel_values.transpose(1, 2).flatten(0, 1)  # [B * S, 3, H, W]
    states = FLAT.read(tower, pictures, layer, tokens, patches // slices)  # [B * S, T, D]
    return states.unflatten(0, (batch, slices)).flatten(1, 2)


def _grid(vision_config: Any, side: int, slices: int | None) -> Grid:
    if slices is None or slices < 1:
        raise InputError(f"A volume has one slice or more, not {slices}.")
    return slices, *FLAT.grid(vision_config, side, None)


SLICES = Encoder(_grid, slice_tokens)
