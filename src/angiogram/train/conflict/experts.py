"""What one batch says of a connector's mixture of experts: how it is routed, and how alike its experts are."""

import math
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from angiogram.model.build.connectors.experts import Experts
from angiogram.model.build.connectors.patches import Patches

FEWEST = 2  # experts between which there is anything to choose


@dataclass(frozen=True)
class Routed:
    """Of N experts on the images of m tasks, in one batch.

    Attributes:
        entropy: mean over tokens of the entropy of a token's weights, over log N, `[]`.
        use: mean weight of each expert over the tokens of each task, `[m, N]`.
        alike: mean over tokens of the cosine of two experts' outputs for the same token, `[N, N]`.
    """

    entropy: NDArray[np.float64]
    use: NDArray[np.float64]
    alike: NDArray[np.float64]


def mixture_in(model: nn.Module, connector: str) -> tuple[str, Experts] | None:
    """The connector's mixture of two experts or more, and its name in the model; None where it has none."""
    for name, module in model.get_submodule(connector).named_modules():
        if isinstance(module, Experts) and len(module.experts) >= FEWEST:
            return ".".join(part for part in (connector, name) if part), module
    return None


@contextmanager
def overheard(experts: Experts) -> Generator[list[Patches]]:
    """Yields a list that gets what the mixture is given in each of its calls meanwhile."""
    heard: list[Patches] = []

    def hear(module: nn.Module, args: tuple[Any, ...]) -> None:
        heard.append(args[0])

    handle = experts.register_forward_pre_hook(hear)
    try:
        yield heard
    finally:
        handle.remove()


@torch.no_grad()
def routed(experts: Experts, patches: Patches, tasks: Tensor) -> Routed:
    """Route a batch once more and compare what all experts say of it.

    Args:
        experts: N of them.
        patches: that it was given, of B images.
        tasks: number of each image's task, `[B]`, from 0 to m - 1.

    >>> from angiogram.model.build.connectors.mlp import Mlp
    >>> mixture = Experts(4, 3, tasks=2, experts=2, routing="hard")
    >>> mixture.start_as_copies(Mlp(4, 3))
    >>> tasks = torch.tensor([0, 1])
    >>> found = routed(mixture, Patches(torch.randn(2, 5, 4), (5,), task=tasks), tasks)
    >>> found.entropy.item(), found.use.tolist(), found.alike.round(5).tolist()
    (0.0, [[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]])
    """
    batch, length = patches.tokens.shape[:2]
    real = torch.ones(batch, length, dtype=torch.bool) if patches.mask is None else patches.mask.cpu().bool()
    weights = experts.router(patches).double().cpu().expand(batch, length, -1)[real]  # [R, N]
    given = torch.stack([expert(patches) for expert in experts.experts], dim=-2).float().cpu()[real]  # [R, N, D]
    said = nn.functional.normalize(given.double(), dim=-1)
    of_token = tasks.cpu()[:, None].expand(batch, length)[real]  # [R]
    entropy = torch.special.entr(weights).sum(dim=-1).mean() / math.log(weights.shape[-1])
    use = torch.stack([weights[of_token == task].mean(dim=0) for task in range(int(tasks.max()) + 1)])
    alike = torch.einsum("rnd,rmd->nm", said, said) / len(said)
    return Routed(entropy.numpy(), use.numpy(), alike.numpy())
