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
        InputError: an image is so small that it becomes a single token, which transformers' Mistral 3 takes only beside
            other images: refused in every batch, so that a result does not depend on the batch.
    """
    patch: int = model.config.vision_config.patch_size
    merge: int = getattr(model.config, "spatial_merge_size", 1)
    patches: list[Tensor] = []
    merged: list[Tensor] = []
    for (height, width), seen in zip(inputs["image_sizes"].tolist(), sizes, strict=True):
        rows, columns = height // patch, width // patch
        if merge > 1 and rows <= merge and columns <= merge:
            side = merge * patch
            raise InputError(
                f"An image of {seen[1]}x{seen[0]} pixels is a single token for this model, which needs more than "
                f"{side}x{side} pixels."
            )
        patches.append(grid(rows, columns))
        merged.append(grid(rows // merge, columns // merge))
    return Layout(tuple(patches), tuple(patches), tuple(merged), tuple(merged))
