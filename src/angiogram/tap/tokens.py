"""All image tokens of one image at a few taps, each with its place: for pictures, where a mean is not enough."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.layouts.layout import layout_named
from angiogram.model.layouts.place import everywhere
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel
from angiogram.tap.taps import Stage


@dataclass(frozen=True)
class EveryToken:
    """A `Pool` of one image that pools nothing: every token is a row of its own.

    Attributes:
        boxes: `[T, 4]`, or `[T, 6]` in a volume, where the tokens lie in the image (see `model.layouts.place`).
        chosen: `[L]`, true at those of the stage's tokens that have these boxes; None where all have.
    """

    boxes: Tensor
    chosen: Tensor | None = None

    def __call__(self, states: Tensor) -> Tensor:
        """`[..., D]`, whose leading axes flatten to the stage's tokens -> `[T, 1, D]` in float32, on the CPU.

        Raises:
            InputError: the stage holds another number of tokens than the image has.
        """
        flat = states.detach().reshape(-1, states.shape[-1]).float().cpu()
        tokens = flat if self.chosen is None else flat[self.chosen]
        if len(tokens) != len(self.boxes):
            raise InputError(f"A stage holds {len(tokens)} tokens where the image has {len(self.boxes)}.")
        return tokens[:, None]


def every_token(loaded: LoadedModel, inputs: Any, size: tuple[int, int]) -> dict[Stage, EveryToken]:
    """The stages at which this image's tokens have a known place, each with all its tokens.

    Empty where the order of the tokens is not known (the layouts `proportional` and `alone`); without those whose
    tokens lie nowhere, as latents that look at the whole image, and without `prompt` where the LLM holds no image
    tokens.

    Args:
        loaded: the model.
        inputs: the processor's, for one image.
        size: (height, width) of the image as it was read.
    """
    layout = layout_named(loaded.anatomy.layout)(loaded.model, loaded.processor, inputs, [size])
    if layout.received is None or layout.connected is None:
        return {}
    stages: dict[Stage, EveryToken] = {
        "received": EveryToken(layout.received[0]),
        "connected": EveryToken(layout.connected[0]),
    }
    if layout.prompt is not None:
        stages["prompt"] = EveryToken(layout.prompt[0], image_mask(loaded.model, inputs)[0].cpu())
    return {stage: tokens for stage, tokens in stages.items() if _somewhere(tokens.boxes)}


def _somewhere(boxes: Tensor) -> bool:
    """Whether one of the tokens does not stand for the whole image."""
    return not torch.equal(boxes, everywhere(len(boxes)))
