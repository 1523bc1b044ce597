"""LLaVA with whichever encoder: the Pixtral encoder keeps an image's own shape, all others see one square tile."""

from collections.abc import Sequence
from typing import Any

from angiogram.model.layouts import pixtral, single
from angiogram.model.layouts.layout import Layout


def layout(model: Any, processor: Any, inputs: Any, sizes: Sequence[tuple[int, int]]) -> Layout:
    """Of the encoder at hand."""
    own_shape = model.config.vision_config.model_type == "pixtral"
    return (pixtral if own_shape else single).layout(model, processor, inputs, sizes)
