"""A grid of tiles, then the whole image once more: Idefics 3 and SmolVLM."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import WHOLE, Box, grid, tiles


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """The connector folds blocks of patches; the processor's own rule says how an image is cut."""
    height, width = inputs["pixel_values"].shape[-2:]
    patch: int = model.config.vision_config.patch_size
    rows, columns = height // patch, width // patch
    fold: int = model.config.scale_factor
    encoder: list[Tensor] = []
    folded: list[Tensor] = []
    for size in sizes:
        boxes = _tiles(processor.image_processor, size)
        encoder.append(torch.cat([grid(rows, columns, box) for box in boxes]))
        folded.append(torch.cat([grid(rows // fold, columns // fold, box) for box in boxes]))
    return Layout(tuple(encoder), tuple(encoder), tuple(folded), tuple(folded))


def _tiles(image_processor: Any, size: tuple[int, int]) -> list[Box]:
    _, rows, columns = image_processor.get_number_of_image_patches(*size)
    return [*tiles(rows, columns), WHOLE] if rows * columns else [WHOLE]
