"""One tile an image, whatever the image's shape: LLaVA, PaliGemma, Gemma 3, our own models."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import grid, placeless, side_of
from angiogram.model.layouts.tokens import image_counts, leading_tokens


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """A grid of patches in the encoder, a square grid of image tokens behind the connector.

    Raises:
        InputError: the processor cut an image into several tiles.
    """
    batch = len(sizes)
    if inputs["pixel_values"].shape[0] != batch:
        raise InputError("The model's processor cuts images into crops; turn that off in its settings.")
    height, width = inputs["pixel_values"].shape[-2:]
    patch = model.config.vision_config.patch_size
    patches = grid(height // patch, width // patch)
    encoder = torch.cat([placeless(leading_tokens(model)), patches])
    connected = tuple(_square(count) for count in image_counts(model, inputs))
    return Layout((encoder,) * batch, (patches,) * batch, connected, connected)


def _square(tokens: int) -> Tensor:
    side = side_of(tokens)
    if side is None:
        raise InputError(f"{tokens} image tokens do not form a square grid.")
    return grid(side, side)
