"""Tiles of a padded canvas that the LLM reads by cross-attention: Mllama (Llama 3.2 Vision)."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers.models.mllama.image_processing_pil_mllama import get_image_size_fit_to_canvas

from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import grid, placeless, tiles

ROUNDED_TO = 8  # the encoder fills each tile's tokens up to a multiple of this


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """Each image has as many tiles as the batch's largest; those beyond its own are padding.

    No image token stands in the prompt.
    """
    config = model.config.vision_config
    side: int = config.image_size // config.patch_size
    slots: int = inputs["pixel_values"].shape[2]
    filler = -(side * side + 1) % ROUNDED_TO
    encoder: list[Tensor] = []
    received: list[Tensor] = []
    for size, ratio in zip(sizes, inputs["aspect_ratio_ids"][:, 0].tolist(), strict=True):
        rows, columns = config.supported_aspect_ratios[ratio - 1]
        canvas = _canvas(size, rows * config.image_size, columns * config.image_size, config.image_size)
        grids = [torch.cat([placeless(1), grid(side, side, box)]) for box in tiles(rows, columns, canvas)]
        grids += [placeless(side * side + 1)] * (slots - len(grids))
        encoder.append(torch.cat([torch.cat([boxes, placeless(filler)]) for boxes in grids]))
        received.append(torch.cat(grids))
    return Layout(tuple(encoder), tuple(received), tuple(received), None)


def _canvas(size: tuple[int, int], height: int, width: int, tile: int) -> tuple[float, float, float, float]:
    """The canvas in the image's own coordinates; the image lies in its upper left corner."""
    fitted_height, fitted_width = get_image_size_fit_to_canvas(*size, height, width, tile)
    return 0.0, 0.0, height / fitted_height, width / fitted_width
