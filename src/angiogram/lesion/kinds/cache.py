"""Cache: what the prompt leaves behind is damaged before the answer goes on from it.

The prompt itself, and so the answer's first token, is as it was.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.diagnose.terms import Fault
from angiogram.lesion.kinds.precision import rounded
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel
from angiogram.tap.attention import image_readers

BITS = 2
BEHIND: frozenset[Fault] = frozenset({"language model", "words"})
WHY = (
    "The prompt's last token knows the class, and the rest of a name is looked for without the image: a fault of the "
    "language model that looks like one of its words."
)
# (keys or values [B, H, T, d], [B, T] true at the image) -> what they become
Damage = Callable[[Planting, Tensor, Tensor], Tensor]


def _damaged(damage: Damage, planting: Planting) -> LoadedModel:
    """Change keys and values of the blocks that read the image as soon as the prompt's pass has ended."""
    blocks = image_readers(planting.loaded)

    def after(_: nn.Module, __: tuple[Any, ...], output: Any) -> None:
        cache, batch = getattr(output, "past_key_values", None), planting.shown.batch
        if cache is None or batch is None or not planting.shown.first:
            return
        image = image_mask(planting.loaded.model, batch.inputs)  # [B, L]
        for index in blocks:
            layer = cache.layers[index]
            layer.keys, layer.values = (
                damage(planting, each, _at_image(planting, image, each)) for each in (layer.keys, layer.values)
            )

    planting.stack.callback(planting.loaded.model.register_forward_hook(after, prepend=True).remove)
    return planting.loaded


def _at_image(planting: Planting, image: Tensor, states: Tensor) -> Tensor:
    """`[B, T]` of a layer that keeps the last T places, or only the image where it is read by cross-attention."""
    if not planting.loaded.anatomy.image_tokens:
        return torch.ones(len(states), states.shape[2], dtype=torch.bool, device=states.device)
    return image[:, -states.shape[2] :].to(states.device)


def _faded(planting: Planting, states: Tensor, image: Tensor) -> Tensor:
    return torch.where(image[:, None, :, None], (1 - planting.strength) * states, states)


def _rounded(_: Planting, states: Tensor, image: Tensor) -> Tensor:
    return torch.where(image[:, None, :, None], rounded(states, BITS), states)


FADED = Lesion(
    "cache-image-zeroed", "cache", BEHIND, "tuning",
    "The image's keys and values are zero for every token behind the prompt.", WHY, partial(_damaged, _faded),
    draws=False,
)  # fmt: skip
ROUNDED = Lesion(
    "cache-2-bits", "cache", BEHIND, "frozen",
    "The image's keys and values are rounded to 2 bits behind the prompt.", WHY, partial(_damaged, _rounded),
    draws=False, graded=False,
)  # fmt: skip
