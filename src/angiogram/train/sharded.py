"""Weights that are divided among processes (FSDP), and as a whole; what is not divided stays what it is."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.tensor import DTensor, distribute_tensor


def whole(value: Any) -> Any:
    """A tensor as a whole on the CPU where it is divided; all processes must ask for it. Anything else as it is."""
    return value.full_tensor().cpu() if isinstance(value, DTensor) else value


def like(value: Tensor, other: Tensor) -> Tensor:
    """A whole tensor divided as another one is, or whole where that is whole."""
    if not isinstance(other, DTensor):
        return value
    return distribute_tensor(value.to(other.device), other.device_mesh, other.placements)


def is_sharded(model: nn.Module) -> bool:
    """Whether its weights are divided among processes."""
    return any(isinstance(weight, DTensor) for weight in model.parameters())


def trained_weights(model: nn.Module) -> dict[str, Tensor]:
    """All weights that are trained, each as a whole; all processes must ask for them."""
    return {name: whole(weight.detach()) for name, weight in model.named_parameters() if weight.requires_grad}


@torch.no_grad()
def give_weights(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights of these names into a model that is whole."""
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            weight.copy_(weights[name])
