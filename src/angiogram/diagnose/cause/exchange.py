"""The image of one case put in the place of another's, inside the model."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel


@contextmanager
def exchanged_images(loaded: LoadedModel, inputs: Any, donors: Sequence[int], block: int | None) -> Generator[None]:
    """During one prefill inside the context, each prompt gets the image of another prompt of the batch.

    Behind an LLM block its image tokens' states are exchanged; further connectors that feed later blocks are exchanged
    with them. With `block` None all that the LLM gets of the image is: its image tokens where they enter the first
    block or, in an LLM without image tokens, the connector's output.

    Args:
        loaded: the model.
        inputs: the processor's, of B prompts that differ in the image alone.
        donors: for each prompt, the one whose image it gets; with as many image tokens.
        block: index into `loaded.anatomy.llm_blocks`, or None.
    """
    anatomy, model = loaded.anatomy, loaded.model
    images = image_mask(model, inputs)
    order = _token_order(images, donors)
    chosen = torch.tensor(donors)

    def whole(_: nn.Module, __: Any, output: Any) -> Any:
        return _changed(output, lambda states: states.reshape(len(donors), -1)[chosen].reshape(states.shape))

    def tokens(_: nn.Module, __: Any, output: Any) -> Any:
        return _changed(output, lambda states: states[order.to(states.device)])  # [N, D], as they stand in the prompts

    def behind(_: nn.Module, __: Any, output: Any) -> Any:
        return _changed(output, lambda states: _in_place(states, images, order))

    def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if args:
            return (_in_place(args[0], images, order), *args[1:]), kwargs
        return args, {**kwargs, "hidden_states": _in_place(kwargs["hidden_states"], images, order)}

    handles: list[Any] = []
    try:
        if not anatomy.image_tokens:
            handles.append(model.get_submodule(anatomy.connector).register_forward_hook(whole))
        elif block is None:
            first = model.get_submodule(anatomy.llm_blocks[0])
            handles.append(first.register_forward_pre_hook(before, with_kwargs=True))
        else:
            handles.append(model.get_submodule(anatomy.llm_blocks[block]).register_forward_hook(behind))
        for side in anatomy.deepstack[block or 0 :]:  # the n-th is added behind the n-th block
            handles.append(model.get_submodule(side).register_forward_hook(tokens))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _token_order(images: Tensor, donors: Sequence[int]) -> Tensor:
    """For each image token of the batch, in order, the one that takes its place, `[N]`."""
    counts = images.sum(dim=1).tolist()
    if any(counts[row] != counts[donor] for row, donor in enumerate(donors)):
        raise ValueError(f"Images of {counts} tokens cannot be exchanged in the order {list(donors)}.")
    pieces = torch.arange(sum(counts)).split(counts)
    return torch.cat([pieces[donor] for donor in donors])


def _in_place(states: Tensor, images: Tensor, order: Tensor) -> Tensor:
    """`[B, L, D]` with the image tokens' states in another order."""
    images, changed = images.to(states.device), states.clone()
    changed[images] = states[images][order.to(states.device)]
    return changed


def _changed(output: Any, change: Any) -> Any:
    return (change(output[0]), *output[1:]) if isinstance(output, tuple) else change(output)
