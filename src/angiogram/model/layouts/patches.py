"""One flat axis of patches for all images of a batch: Qwen2-VL, Qwen2.5-VL, Qwen3-VL."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers.vision_utils import get_vision_window_index

from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import grid


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """Patches stand in blocks that the connector merges to one token each.

    Qwen2.5-VL's encoder holds those blocks in the order of its attention windows up to the connector's output; only
    what enters the LLM is in raster order again.
    """
    config = model.config.vision_config
    merge: int = config.spatial_merge_size
    blocks: list[Tensor] = []  # an image's merged patches, [P / merge^2, merge^2, 4] each
    merged: list[Tensor] = []  # [P / merge^2, 4]
    ordered: list[Tensor] = []
    for grid_thw in inputs["image_grid_thw"].cpu():
        _, rows, columns = grid_thw.tolist()
        order = _window_order(config, grid_thw)
        blocks.append(_in_blocks(rows, columns, merge)[order].reshape(-1, 4))
        merged.append(grid(rows // merge, columns // merge))
        ordered.append(merged[-1][order])
    return Layout(tuple(blocks), tuple(blocks), tuple(ordered), tuple(merged))


def _in_blocks(rows: int, columns: int, merge: int) -> Tensor:
    """Patch boxes `[blocks, merge^2, 4]`, row-major over the blocks and within each."""
    patches = grid(rows, columns).reshape(rows // merge, merge, columns // merge, merge, 4)
    return patches.transpose(1, 2).reshape(-1, merge * merge, 4)


def _window_order(config: Any, grid_thw: Tensor) -> Tensor:
    """The encoder's order of the merged blocks of one image: raster order, or by window where it has windows."""
    window = getattr(config, "window_size", None)
    if window is None:
        _, rows, columns = grid_thw.tolist()
        return torch.arange(rows * columns // config.spatial_merge_size**2)
    order, _ = get_vision_window_index(grid_thw[None], config.spatial_merge_size, window, config.patch_size)
    return order
