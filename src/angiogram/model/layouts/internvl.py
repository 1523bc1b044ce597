"""A grid of tiles, then a thumbnail of the whole image; blocks of patches are folded before the connector: InternVL."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import get_optimal_tiled_canvas

from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import WHOLE, Box, grid, placeless, tiles
from angiogram.model.layouts.tokens import image_counts, leading_tokens


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """The processor's own rule says how an image is cut."""
    height, width = inputs["pixel_values"].shape[-2:]
    patch_height, patch_width = model.config.vision_config.patch_size
    rows, columns = height // patch_height, width // patch_width
    folded_rows, folded_columns = (
        int(rows * model.config.downsample_ratio),
        int(columns * model.config.downsample_ratio),
    )
    leading = placeless(leading_tokens(model))
    encoder: list[Tensor] = []
    folded: list[Tensor] = []
    for size, count in zip(sizes, image_counts(model, inputs), strict=True):
        cut = count > folded_rows * folded_columns
        boxes = _tiles(processor.image_processor, size, (height, width)) if cut else [WHOLE]
        encoder.append(torch.cat([torch.cat([leading, grid(rows, columns, box)]) for box in boxes]))
        folded.append(torch.cat([grid(folded_rows, folded_columns, box) for box in boxes]))
    return Layout(tuple(encoder), tuple(folded), tuple(folded), tuple(folded))


def _tiles(image_processor: Any, size: tuple[int, int], tile: tuple[int, int]) -> list[Box]:
    columns, rows = get_optimal_tiled_canvas(size, tile, image_processor.min_patches, image_processor.max_patches)
    return [*tiles(rows, columns), WHOLE]
