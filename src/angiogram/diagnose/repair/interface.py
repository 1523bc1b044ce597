"""The interfaces between two parts, at which a repair can stand while everything else stays as it is."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn

from angiogram.model.anatomy import Anatomy
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel

Side = Literal["input", "output", "image tokens"]
Change = Callable[[Tensor], Tensor]
"""Of tokens `[..., D]`."""


@dataclass(frozen=True)
class Interface:
    """Where one part hands its tokens to the next.

    Attributes:
        modules: whose first tensor is changed, by path.
        side: what they are given, what they return, or what they return at the prompt's image tokens.
    """

    modules: tuple[str, ...]
    side: Side


def encoder_output(anatomy: Anatomy) -> Interface:
    """What the connectors receive."""
    return Interface((anatomy.received or anatomy.connector, *anatomy.deepstack), "input")


def connector_output(anatomy: Anatomy) -> Interface:
    """What the connectors give the language model."""
    return Interface((anatomy.connector, *anatomy.deepstack), "output")


def image_tokens(anatomy: Anatomy) -> Interface | None:
    """The image tokens a third of the way through the language model; None where none stand in its prompt.

    Behind a third, since what the text reads of the image it reads in the first half of most models, and no earlier
    than behind the last block that further image features are added to. Never behind the last block, where nobody
    reads them any more; so a single block has no such interface. [own]
    """
    latest = len(anatomy.llm_blocks) - 2
    if not anatomy.image_tokens or latest < 0:
        return None
    block = max(len(anatomy.llm_blocks) // 3, len(anatomy.deepstack))
    return Interface((anatomy.llm_blocks[min(block, latest)],), "image tokens")


@contextmanager
def changed(loaded: LoadedModel, interface: Interface, changes: Mapping[str, Change], inputs: Any) -> Generator[None]:
    """During one prefill inside the context the tokens at the interface go through these changes, by module path.

    Hooks that already stand on the modules come before.
    """
    images = image_mask(loaded.model, inputs) if interface.side == "image tokens" else None
    handles: list[Any] = []
    try:
        for path, change in changes.items():
            module = loaded.model.get_submodule(path)
            if interface.side == "input":
                handles.append(module.register_forward_pre_hook(_before(change), with_kwargs=True))
            else:
                handles.append(module.register_forward_hook(_after(change, images)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _before(change: Change) -> Any:
    def hook(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if args:
            return (change(args[0]), *args[1:]), kwargs
        first = next(name for name, value in kwargs.items() if isinstance(value, Tensor))
        return args, {**kwargs, first: change(kwargs[first])}

    return hook


def _after(change: Change, images: Tensor | None) -> Any:
    def tokens(states: Tensor) -> Tensor:
        if images is None:
            return change(states)
        here, states = images.to(states.device), states.clone()
        states[here] = change(states[here])
        return states

    def hook(_: nn.Module, __: Any, output: Any) -> Any:
        return (tokens(output[0]), *output[1:]) if isinstance(output, tuple) else tokens(output)

    return hook
