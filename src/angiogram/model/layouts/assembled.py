"""Models from parts: the grid of their encoder, and what the connector says that it makes of it."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from angiogram.model.layouts.frame import frame
from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import Box, everywhere, grid, placeless, stacked
from angiogram.model.layouts.tokens import leading_tokens


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """Patches on a grid, of volumes slice by slice, each slice with its own tokens before them where it has any.

    Latents and queries that look at all tokens lie nowhere: each stands for the whole image.
    """
    config = model.config
    frames = [frame(processor.image_processor, size) for size in sizes]
    leading = leading_tokens(model)
    encoder = tuple(_on(config.grid, tile, leading) for tile in frames)
    received = encoder if config.vision_tokens == "all" else tuple(_on(config.grid, tile) for tile in frames)
    given = config.grid if config.vision_tokens == "patches" else (len(received[0]),)
    kept = model.model.connector.grid_out(given)
    connected = received if kept == given else tuple(_on(kept, tile) for tile in frames)
    return Layout(encoder, received, connected, connected)


def _on(lying: tuple[int, ...], tile: Box, leading: int = 0) -> Tensor:
    """Boxes of tokens on a grid of slices, rows and columns, of rows and columns, or without places."""
    if len(lying) == 1:
        return everywhere(lying[0])
    *slices, rows, columns = lying
    boxes = torch.cat([placeless(leading), grid(rows, columns, tile)])
    return stacked(boxes, slices[0]) if slices else boxes
