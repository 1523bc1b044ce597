"""The whole image, then tiles of it at a higher resolution: LLaVA-NeXT and LLaVA-OneVision."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import torch
from torch import Tensor
from transformers.image_processing_utils import select_best_resolution

from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import Box, grid, placeless, tiles
from angiogram.model.layouts.tokens import leading_tokens


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """The boxes take the way of the image features: the model's own packing drops the padding and adds line breaks."""
    config = model.config
    tile: int = config.vision_config.image_size
    side = tile // config.vision_config.patch_size
    leading = placeless(leading_tokens(model))
    shapes = [(int(height), int(width)) for height, width in inputs["image_sizes"].tolist()]
    received: list[Tensor] = []  # [tiles, side^2, 4] an image
    for shape in shapes:
        rows, columns, canvas = _canvas(shape, config.image_grid_pinpoints, tile)
        boxes = [grid(side, side), *(grid(side, side, box) for box in tiles(rows, columns, canvas))]
        received.append(torch.stack(boxes))
    packed, _ = model.model.pack_image_features(
        received, torch.tensor(shapes), image_newline=torch.full((4,), torch.nan), **_packing(config)
    )
    encoder = tuple(torch.cat([torch.cat([leading, box]) for box in boxes]) for boxes in received)
    flat = tuple(boxes.reshape(-1, 4) for boxes in received)
    return Layout(encoder, flat, flat, tuple(packed))


def _packing(config: Any) -> dict[str, str]:
    if config.model_type == "llava_next":
        return {"vision_feature_select_strategy": config.vision_feature_select_strategy}
    return {"vision_aspect_ratio": config.vision_aspect_ratio}


def _canvas(shape: tuple[int, int], pinpoints: list[list[int]], tile: int) -> tuple[int, int, Box]:
    """Rows and columns of tiles, and the box of the padded canvas in the image's own coordinates."""
    height, width = select_best_resolution(shape, pinpoints)
    scale = min(height / shape[0], width / shape[1])
    top, bottom = _padded(shape[0] * scale, height)
    left, right = _padded(shape[1] * scale, width)
    return height // tile, width // tile, (top, left, bottom, right)


def _padded(side: float, whole: int) -> tuple[float, float]:
    """Where the canvas begins and ends beside an image of this scaled side, in sides of the image.

    As the processor has it: sides are rounded up, and an odd pixel of padding goes behind the image.
    """
    inside = min(ceil(side), whole)
    before = (whole - inside) // 2
    return -before / inside, (whole - before) / inside
