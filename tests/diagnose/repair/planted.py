"""Faults that these tests plant by a hook."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


@contextmanager
def hooked(model: nn.Module, paths: tuple[str, ...], change: Callable[[Tensor], Tensor]) -> Generator[None]:
    def after(_: nn.Module, __: Any, output: Any) -> Any:
        return (change(output[0]), *output[1:]) if isinstance(output, tuple) else change(output)

    handles = [model.get_submodule(path).register_forward_hook(after) for path in paths]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def turned(states: Tensor) -> Tensor:
    """Behind a rotation all that can be decoded can still be decoded."""
    width = states.shape[-1]
    return states @ torch.linalg.qr(torch.randn(width, width, generator=torch.Generator().manual_seed(6)))[0]


def drowned(states: Tensor) -> Tensor:
    return states + 3 * states.std() * torch.randn(states.shape, generator=torch.Generator().manual_seed(0))
