"""Comprehension: the LLM looks away from the image."""

import math
from contextlib import ExitStack
from typing import Any

from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.lesion.shown import Batch
from angiogram.model.load import LoadedModel
from angiogram.tap.attention import image_attention_bias, image_readers


def plant(planting: Planting) -> LoadedModel:
    """Scale the attention of all later tokens to the image by 1 - strength, in every block that reads it.

    A window that leaves blocks out is no known fault: the text may have read the image before it or behind it.
    """
    loaded, shown = planting.loaded, planting.shown
    blocks = image_readers(loaded)
    bias = math.log1p(-planting.strength) if planting.strength < 1 else -math.inf
    around = planting.stack.enter_context(ExitStack())
    biased: Batch | None = None

    def begin(*_: Any) -> None:
        nonlocal biased
        if biased is not shown.batch:
            around.close()
            biased = shown.batch
            if biased is not None:
                around.enter_context(image_attention_bias(loaded, biased.inputs, blocks, bias, "later"))

    # Behind the hook by which `shown` learns which pass begins.
    planting.stack.callback(loaded.model.register_forward_pre_hook(begin).remove)
    return loaded


LESION = Lesion(
    "llm-attention", "language model", frozenset({"language model"}), "tuning",
    "The attention of later tokens to the image tokens is weakened in the LLM.",
    "The image stands there in the language model's own terms and is not looked at.", plant, draws=False,
)  # fmt: skip
