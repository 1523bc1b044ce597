"""A question about one image in the model's own chat format."""

from collections.abc import Sequence
from typing import Any

import PIL.Image
from torch import Tensor

from angiogram.imaging.image import Image


def chat(processor: Any, question: str) -> str:  # a transformers processor
    """The prompt up to where the model's answer begins, with the image before the question."""
    content = [{"type": "image"}, {"type": "text", "text": question}]
    return processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)


def pictures(images: Sequence[Image]) -> list[PIL.Image.Image]:
    """What transformers' image processors take: RGB pictures."""
    return [PIL.Image.fromarray(image.pixels).convert("RGB") for image in images]


def position_ids(attention_mask: Tensor) -> Tensor:
    """`[B, L]` positions that start at 0 behind the padding, as `generate` counts them.

    >>> import torch
    >>> position_ids(torch.tensor([[0, 0, 1, 1]])).tolist()
    [[0, 0, 0, 1]]
    """
    return (attention_mask.cumsum(dim=1) - 1).clamp(min=0)
