"""Which taps the answer's gradient reaches."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.model.prompt import first_step
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.taps import Tap


def taps_with_gradient(model: Any, inputs: Any, taps: Sequence[Tap]) -> list[Tap]:
    """The taps at whose module the answer's gradient is not zero; none where it cannot be had.

    It is the gradient of the most likely token's logit above the mean logit: zero where the answer cannot change, and
    unlike the log-probability's never zero because a model is sure of itself. The graph begins at the pixels and at the
    embeddings; the weights take no part, so that it stays as small as one image's states.

    Args:
        model: a transformers model.
        inputs: the processor's, for one image.
        taps: none of them `pixels`.
    """
    for values in inputs.values():
        if torch.is_tensor(values) and values.is_floating_point():
            values.requires_grad_()  # the pixels
    whole = [replace(tap, stage="connected") for tap in taps]  # of the LLM, too, the states as they are
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    embedding = model.get_input_embeddings().register_forward_hook(_started)
    try:
        for weight in trained:
            weight.requires_grad_(False)
        with torch.enable_grad(), pooled_hooks(model, whole, {"connected": _as_it_is}) as states:
            logits: Tensor = model(**first_step(model, inputs, use_cache=False, logits_to_keep=1)).logits[0, -1].float()
        followed = {name: state for name, state in states.items() if state.requires_grad}
        slopes = _slopes(logits.max() - logits.mean(), list(followed.values()))
    except RuntimeError:  # torch, where some step has no derivative: no tap can be followed
        return []
    finally:
        embedding.remove()
        for weight in trained:
            weight.requires_grad_(True)
        for values in inputs.values():
            if torch.is_tensor(values):
                values.requires_grad_(False)
    reached = {name for name, slope in zip(followed, slopes, strict=True) if slope is not None and slope.any()}
    return [tap for tap in taps if tap.name in reached]


def _slopes(answer: Tensor, states: list[Tensor]) -> Sequence[Tensor | None]:
    """The answer's gradient at each of the states, None where no way leads from there to the answer."""
    if not (states and answer.requires_grad):
        return [None] * len(states)
    return torch.autograd.grad(answer, states, allow_unused=True)


def _as_it_is(states: Tensor) -> Tensor:
    return states


def _started(_: nn.Module, __: object, embeddings: Tensor) -> Tensor:
    """A graph that begins at the text's embeddings as well; a copy, which models may write the image into."""
    return embeddings if embeddings.requires_grad else embeddings.requires_grad_().clone()
