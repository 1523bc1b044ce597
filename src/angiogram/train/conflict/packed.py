"""Encoders that take the patches of all images of a batch in one row: whose each patch is."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

PACKED = ("qwen2_vl", "qwen2_5_vl")
"""Model types whose encoder has no other parameters than those that act on the row. Qwen3-VL's learns positions, too,
and looks them up once for all images, in an order of its own."""


def packed_rows(model: Any, inputs: Mapping[str, Tensor], device: torch.device) -> tuple[Tensor, ...]:
    """Which sample each row of the encoder is of, before and behind the merging of patches.

    Windows of attention put an image's patches in another order, but not among those of other images.

    Args:
        model: a transformers model.
        inputs: of B samples with an image each, or without any.
        device: where the model takes its inputs.

    Returns:
        `[patches]` and `[tokens]`; empty where the encoder gives a batch, or there is no image.

    >>> from transformers import Qwen2VLConfig
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(config=Qwen2VLConfig(vision_config={"spatial_merge_size": 2}))
    >>> packed_rows(model, {"image_grid_thw": torch.tensor([[1, 2, 2], [1, 2, 4]])}, torch.device("cpu"))
    (tensor([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]), tensor([0, 1, 1]))
    """
    config: Any = getattr(model, "config", None)
    if getattr(config, "model_type", None) not in PACKED or "image_grid_thw" not in inputs:
        return ()
    patches = inputs["image_grid_thw"].prod(dim=1).to(device)  # [B]
    image = torch.arange(len(patches), device=device)
    return tuple(
        image.repeat_interleave(patches // merged) for merged in (1, config.vision_config.spatial_merge_size**2)
    )
