"""The poolings of one batch: one for each stage at which image tokens are read."""

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from angiogram.model.layouts.layout import Boxes, layout_named
from angiogram.model.layouts.tokens import image_counts, image_mask
from angiogram.model.load import LoadedModel
from angiogram.tap.pooling import Pooling, PromptPooling, ProportionalPooling, quarter_weights
from angiogram.tap.taps import Stage

Pool = Callable[[Tensor], Tensor]


def batch_poolings(loaded: LoadedModel, inputs: Any, sizes: Sequence[tuple[int, int]]) -> dict[Stage, Pool]:
    """How each stage of this batch is pooled.

    Args:
        loaded: the model.
        inputs: the processor's, for one image a row.
        sizes: (height, width) of each image as it was read.

    Raises:
        InputError: the prompts do not hold the image tokens that the images have.
    """
    layout = layout_named(loaded.anatomy.layout)(loaded.model, loaded.processor, inputs, sizes)
    mask = image_mask(loaded.model, inputs).cpu()
    prompt = PromptPooling(mask, inputs["attention_mask"].cpu(), layout.prompt)

    def pooling(boxes: Boxes | None) -> Pool:
        if boxes is None:
            return ProportionalPooling(image_counts(loaded.model, inputs))
        return Pooling([quarter_weights(b) for b in boxes])

    return {
        "encoder": pooling(layout.encoder),
        "received": pooling(layout.received),
        "connected": pooling(layout.connected),
        "prompt": prompt,
    }
