"""Whether a loaded model answers a question about an image at all, seen before anything is built on it."""

from typing import Any

import numpy as np
import torch

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.prompt import UNPREPARED, chat, first_step, prepare

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
    inputs = prepare(processor, chat(processor, QUESTION), [Image(pixels, ("noise",))]).to(device)
    try:
        model(**first_step(model, inputs, use_cache=False))
    except UNPREPARED as error:
        raise InputError(f"The model '{name}' cannot answer about an image: {_why(model, inputs, error)}.") from error


def _why(model: Any, inputs: Any, error: Exception) -> str:
    """Two sizes that differ where these are the likely reason; else the model's own words."""
    pictures = inputs.get("pixel_values")
    side = getattr(getattr(model.config, "vision_config", None), "image_size", None)
    if isinstance(side, int) and isinstance(pictures, torch.Tensor) and pictures.dim() >= 4:
        height, width = pictures.shape[-2:]
        if height == width != side:  # an encoder that keeps an image's shape would have been given no square
            return (
                f"preprocessor_config.json makes pictures of {width}x{height} pixels, but the encoder of config.json "
                f"takes {side}x{side} (it says: {_words(error)})"
            )
    return _words(error)


def _words(error: Exception) -> str:
    first = next(iter(str(error).strip().splitlines()), "")
    said = "".join(letter if letter.isprintable() else " " for letter in first).rstrip(".")
    return said or type(error).__name__
