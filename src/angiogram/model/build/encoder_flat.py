"""What a vision model of transformers says of flat images, read at a chosen block and with chosen tokens."""

from inspect import signature
from typing import Any

from torch import Tensor

from angiogram.model.build.connectors.patches import Grid
from angiogram.model.build.encoder import Encoder, Tokens


def encoder_tokens(tower: Any, pixel_values: Tensor, layer: int | None, tokens: Tokens, patches: int) -> Tensor:
    """The tokens that the connector receives.

    How many tokens stand before the patches is what the encoder gives beyond them: the class token of CLIP and ViT,
    none of SigLIP, class and registers of DINOv2.

    Args:
        tower: of transformers.
        pixel_values: `[B, 3, H, W]`, of any size that divides into patches.
        layer: number of the block that is read, from 1, or from the end; None for the last state with its norm.
        tokens: whether those before the patches are left out.
        patches: of an image, P.

    Returns:
        `[B, T, D]`, in which the P patches come last.
    """
    other_sizes = "interpolate_pos_encoding" in signature(tower.forward).parameters
    more = {"interpolate_pos_encoding": True} if other_sizes else {}  # DINOv2 does so by itself
    said = tower(pixel_values=pixel_values, output_hidden_states=layer is not None, **more)
    states: Tensor = said.last_hidden_state if layer is None else said.hidden_states[layer]
    return states if tokens == "all" else states[:, states.shape[1] - patches :]


def _grid(vision_config: Any, side: int, _: int | None) -> Grid:
    return side // vision_config.patch_size, side // vision_config.patch_size


FLAT = Encoder(_grid, encoder_tokens)
