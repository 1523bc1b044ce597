"""Whether a loaded model answers a question about an image at all, seen before anything is built on it."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.depth import in_kind
from angiogram.model.image_tokens import fields_said
from angiogram.model.padding import embedding_rows
from angiogram.model.prompt import UNPREPARED, chat, first_step, prepare
from angiogram.model.unreadable import reason

HEIGHT, WIDTH = 224, 336  # not square, so that a processor that cuts images into tiles does so
QUESTION = "What is shown?"


@torch.no_grad()
def try_model(name: str, model: Any, processor: Any, device: torch.device) -> None:
    """Ask about one noise image.

    Args:
        name: of the model, as the user gave it.
        model: loaded, in evaluation mode.
        processor: its processor.
        device: where its inputs go.

    Raises:
        InputError: the processor's files and the model's do not fit together, or the model stops for another reason.
    """
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    image = in_kind(processor, Image(pixels, ("noise",)))
    try:
        inputs = prepare(processor, chat(processor, QUESTION), [image])
    except InputError as error:
        if "NoneType" in str(error) and (fields := fields_said(processor)):
            raise InputError(f"{str(error).rstrip('.')}; processor_config.json says {fields}.") from error
        raise
    tokens: Tensor = inputs["input_ids"]  # not on the GPU, which may be unreadable after an error
    inputs = inputs.to(device)
    try:
        model(**first_step(model, inputs, use_cache=False))
    except UNPREPARED as error:
        why = _unembedded(model, processor, tokens) or _counts(processor, error) or _sizes(model, inputs, error)
        why = why or reason(error)
        raise InputError(f"The model '{name}' cannot answer about an image: {why}.") from error


def _unembedded(model: Any, processor: Any, tokens: Tensor) -> str | None:
    """The first token of the prompt that lies beyond the embedding; of image tokens the model needs no row."""
    rows, image = embedding_rows(model), getattr(model.config, "image_token_id", None)
    beyond = [token for token in tokens.flatten().tolist() if rows is not None and token >= rows and token != image]
    if not beyond:
        return None
    named = processor.tokenizer.convert_ids_to_tokens(beyond[0])
    return (
        f"the token '{named}' has the number {beyond[0]}, but the model's embedding has only {rows} rows; the "
        "tokenizer's files are of another model, or of one whose embedding was enlarged"
    )


def _sizes(model: Any, inputs: Any, error: Exception) -> str | None:
    """Two sizes that differ where these are the likely reason."""
    side = getattr(getattr(model.config, "vision_config", None), "image_size", None)
    takes = (side, side) if isinstance(side, int) else tuple(side) if isinstance(side, list | tuple) else None
    pictures = inputs.get("pixel_values")
    if takes is None or len(takes) != 2 or not isinstance(pictures, Tensor) or pictures.dim() < 4:
        return None
    height, width = pictures.shape[-2:]
    # An encoder that keeps an image's shape would have been given no square.
    if height != width or (height, width) == takes:
        return None
    return (
        f"preprocessor_config.json makes pictures of {width}x{height} pixels, but the encoder of config.json takes "
        f"{takes[1]}x{takes[0]} (it says: {reason(error)})"
    )


def _counts(processor: Any, error: Exception) -> str | None:
    """What the processor counts image tokens by, where the model's own words are about their number."""
    said, fields = reason(error), fields_said(processor)
    return f"{said}; its processor counts image tokens by {fields}" if "tokens: " in said and fields else None
