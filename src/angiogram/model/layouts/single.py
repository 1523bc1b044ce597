"""One tile an image, whatever the image's shape: LLaVA, PaliGemma, Gemma 3."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.layouts.frame import frame
from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import Box, grid, placeless, side_of
from angiogram.model.layouts.tokens import image_counts, leading_tokens


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """A grid of patches in the encoder, a square grid of image tokens behind the connector.

    Raises:
        InputError: the processor cut an image into several tiles.
    """
    if inputs["pixel_values"].shape[0] != len(sizes):
        raise InputError("The model's processor cuts images into crops; turn that off in its settings.")
    height, width = inputs["pixel_values"].shape[-2:]
    patch = model.config.vision_config.patch_size
    frames = [frame(getattr(processor, "image_processor", None), size) for size in sizes]
    leading = placeless(leading_tokens(model))
    patches = tuple(grid(height // patch, width // patch, tile) for tile in frames)
    encoder = tuple(torch.cat([leading, boxes]) for boxes in patches)
    received = tuple(_selected(model.config, boxes, bare) for boxes, bare in zip(encoder, patches, strict=True))
    counts = image_counts(model, inputs)
    connected = tuple(
        boxes if count == len(boxes) else _square(count, tile)
        for count, boxes, tile in zip(counts, received, frames, strict=True)
    )
    return Layout(encoder, received, connected, connected)


def _selected(config: Any, encoder: Tensor, patches: Tensor) -> Tensor:
    """What LLaVA's feature selection leaves: all tokens, or all but the first, whatever that is."""
    strategy: str | None = getattr(config, "vision_feature_select_strategy", None)
    return {"full": encoder, "default": encoder[1:]}.get(strategy or "", patches)


def _square(tokens: int, tile: Box) -> Tensor:
    side = side_of(tokens)
    if side is None:
        raise InputError(f"{tokens} image tokens do not form a square grid.")
    return grid(side, side, tile)
