"""Does the answer change when this module says something else?"""

from typing import Any

import torch
from torch import Tensor, nn

from angiogram.model.prompt import first_step


@torch.no_grad()
def answer_changes(model: Any, inputs: Any, path: str, site: str) -> bool:
    """Whether the logits change when the module's first input, or its output, is turned round along its last axis.

    Args:
        model: a transformers model.
        inputs: the processor's.
        path: of the module.
        site: "input" or "output", as in a tap.
    """
    plain = _logits(model, inputs)
    module: nn.Module = model.get_submodule(path)
    if site == "input":
        handle = module.register_forward_pre_hook(_turned_input, with_kwargs=True, prepend=True)
    else:
        # Before transformers' own hooks, which keep hidden states for connectors that read an earlier block.
        handle = module.register_forward_hook(_turned_output, prepend=True)
    try:
        return not torch.equal(_logits(model, inputs), plain)
    finally:
        handle.remove()


def _logits(model: Any, inputs: Any) -> Tensor:
    return model(**first_step(model, inputs, use_cache=False, logits_to_keep=1)).logits


def _turned_input(
    _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if args:
        return (args[0].flip(-1), *args[1:]), kwargs
    first = next(name for name, value in kwargs.items() if isinstance(value, Tensor))
    return args, {**kwargs, first: kwargs[first].flip(-1)}


def _turned_output(_: nn.Module, __: Any, output: Any) -> Any:
    return (output[0].flip(-1), *output[1:]) if isinstance(output, tuple) else output.flip(-1)
