"""Images in their own shape, one flat axis of patches: Mistral 3 and LLaVA with the Pixtral encoder."""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.layouts.layout import Layout
from angiogram.model.layouts.place import grid


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """Row-major patches; the connector of Mistral 3 merges square blocks of them.

    Raises:
        InputError: an image is too small for one block.
    """
    patch: int = model.config.vision_config.patch_size
    merge: int = getattr(model.config, "spatial_merge_size", 1)
    patches: list[Tensor] = []
    merged: list[Tensor] = []
    for height, width in inputs["image_sizes"].tolist():
        rows, columns = height // patch, width // patch
        if min(rows, columns) < merge:
            side = merge * patch
            raise InputError(f"An image of {width}x{height} pixels is smaller than one token, {side}x{side} pixels.")
        patches.append(grid(rows, columns))
        merged.append(grid(rows // merge, columns // merge))
    return Layout(tuple(patches), tuple(patches), tuple(merged), tuple(merged))
