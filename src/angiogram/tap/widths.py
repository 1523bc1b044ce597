"""How wide every tap is: measured on one image, or by rule from a model that has no weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from angiogram.imaging.image import Image
from angiogram.model.anatomy import Anatomy
from angiogram.model.depth import in_kind
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, first_step, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.pixels import SIDE
from angiogram.tap.pooling import IMAGE_ROWS
from angiogram.tap.stages import batch_poolings
from angiogram.tap.store import ArraySpec
from angiogram.tap.taps import Tap

HEIGHT, WIDTH = 224, 336
PIXELS = 3 * SIDE * SIDE


@torch.no_grad()
def measured_widths(loaded: LoadedModel, taps: Sequence[Tap]) -> dict[str, int]:
    """The last axis of every tap's pooled features of one noise image, by tap name.

    Raises:
        InputError: the model's stages do not hold the tokens that its layout says.
    """
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    prompt = chat(loaded.processor, "What is shown?")
    image = in_kind(loaded.processor, Image(pixels, ("noise",)))
    inputs = prepare(loaded.processor, prompt, [image]).to(loaded.device)
    poolings = batch_poolings(loaded, inputs, [(HEIGHT, WIDTH)])
    with pooled_hooks(loaded.model, taps, poolings) as pooled:
        loaded.model(**first_step(loaded.model, inputs, use_cache=False))
    return {tap.name: PIXELS if tap.part == "pixels" else pooled[tap.name].shape[-1] for tap in taps}


def ruled_widths(model: Any, anatomy: Anatomy, taps: Sequence[Tap]) -> dict[str, int]:
    """The same without a forward pass, for models on the `meta` device.

    The connector's output and everything in the LLM is as wide as its embedding of words. An encoder block is as wide
    as its first norm. What the connector receives is as wide as the first weight in it that is applied takes, unless
    the connector folds `scale_factor` x `scale_factor` patches into one itself.

    Args:
        model: a transformers model of a known family.
        anatomy: of that model.
        taps: `plan_taps(anatomy)`.
    """
    llm: int = model.get_input_embeddings().embedding_dim

    def width(tap: Tap) -> int:
        if tap.part == "pixels":
            return PIXELS
        if tap.stage == "encoder":
            return _norm(model.get_submodule(tap.module))
        if tap.stage == "received":
            return _taken(model.get_submodule(tap.module))
        return llm

    return {tap.name: width(tap) for tap in taps}


def planned_arrays(taps: Sequence[Tap], widths: dict[str, int]) -> dict[str, ArraySpec]:
    """What the feature store keeps of one case: five rows of an image tap, one of the last token or the pixels."""
    return {tap.name: ArraySpec((rows_of(tap), widths[tap.name])) for tap in taps}


def rows_of(tap: Tap) -> int:
    """Rows that are kept of one case.

    >>> rows_of(Tap("llm.norm@last", "llm", "prompt", "last", 9, "model.norm", "output"))
    1
    """
    return IMAGE_ROWS if tap.stream == "image" and tap.part != "pixels" else 1


def _norm(block: nn.Module) -> int:
    """Width of the first module of a block whose only weights are vectors: its norm."""
    for module in block.modules():
        weights: list[Tensor] = list(module.parameters())
        if weights and all(weight.dim() == 1 for weight in weights):
            return weights[0].shape[0]
    raise AssertionError("a block without a norm")


def _taken(connector: nn.Module) -> int:
    """Width of what a connector takes."""
    first = next(connector.parameters())
    # A matrix of torch's linear layers is [out, in]; one that a connector holds itself is applied as [in, out].
    own = dict(connector.named_parameters(recurse=False)) and not isinstance(connector, nn.Linear)
    taken = first.shape[0] if own else first.shape[-1]
    return taken // getattr(connector, "scale_factor", 1) ** 2
