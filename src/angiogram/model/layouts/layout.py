"""Which tokens of a batch belong to which image, and where in it they lie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from angiogram.registry import registered

Boxes = tuple[Tensor, ...]


@dataclass(frozen=True)
class Layout:
    """Boxes `[T_i, 4]` (see `place`) for each image i of a batch, at the four places where image tokens are read.

    Tokens of a volume have boxes `[T_i, 6]` where their slice is known.

    A stage's output, flattened to `[N, D]`, holds the tokens of image 0, then of image 1, and so on, with
    `N = sum of T_i`. Where a model's order is not known, the boxes are None: every image then has its share of the N
    tokens, in proportion to its image tokens in the prompt, and nothing is known of their places.

    Attributes:
        encoder: the output of every encoder block, class tokens and padding among it.
        received: the connector's input.
        connected: the connector's output.
        prompt: the image tokens inside the LLM's prompt, in the order in which they stand there; None in a family
            whose LLM reads the image by cross-attention and has no image tokens.
    """

    encoder: Boxes | None
    received: Boxes | None
    connected: Boxes | None
    prompt: Boxes | None


# (model, processor, the processor's inputs for a batch with one image a row, (height, width) of each image) -> Layout
LayoutOf = Callable[[Any, Any, Any, Sequence[tuple[int, int]]], Layout]

LAYOUTS = {
    "proportional": "angiogram.model.layouts.proportional:layout",
    "alone": "angiogram.model.layouts.alone:layout",
    "assembled": "angiogram.model.layouts.assembled:layout",
    "single": "angiogram.model.layouts.single:layout",
    "anyres": "angiogram.model.layouts.anyres:layout",
    "patches": "angiogram.model.layouts.patches:layout",
    "pixtral": "angiogram.model.layouts.pixtral:layout",
    "internvl": "angiogram.model.layouts.internvl:layout",
    "idefics": "angiogram.model.layouts.idefics:layout",
    "llava": "angiogram.model.layouts.llava:layout",
    "mllama": "angiogram.model.layouts.mllama:layout",
}


def layout_named(name: str) -> LayoutOf:
    """The function that lays out the batches of a family.

    Raises:
        InputError: the name is not registered; the message names the nearest one.
    """
    return registered("token layout", name, LAYOUTS)
