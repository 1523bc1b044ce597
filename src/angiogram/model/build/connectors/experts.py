"""A mixture of experts: several MLPs of which each token gets a weighed mean (Uni-Med's CMoE)."""

import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.model.build.connectors.mlp import Mlp
from angiogram.model.build.connectors.patches import Patches
from angiogram.model.build.connectors.projector import Projector
from angiogram.model.build.connectors.router import Router, Routing, Sees


class Experts(Projector):
    """`sum_k w_k E_k(x)`; every expert is an MLP and is computed for every token.

    Args:
        width_in: of the tokens.
        width_out: of the LLM.
        tasks: how many the router tells apart.
        experts: how many.
        routing: see `Router`.
        sees: what the router decides by: token, task or both.
        layers: of each expert.
        width: between an expert's layers; the LLM's where it is not given.
        router_width: of the router's hidden layer.
    """

    def __init__(
        self,
        width_in: int,
        width_out: int,
        tasks: int = 1,
        experts: int = 5,
        routing: Routing = "soft-sigmoid",
        sees: Sees = "both",
        layers: int = 2,
        width: int | None = None,
        router_width: int = 64,
    ) -> None:
        super().__init__()
        self.experts = nn.ModuleList(Mlp(width_in, width_out, layers, width) for _ in range(experts))
        self.router = Router(width_in, experts, tasks, routing, sees, router_width)

    def forward(self, patches: Patches) -> Tensor:
        """Every token's weighed mean."""
        weights = self.router(patches)  # [B, T or 1, N]
        given = torch.stack([expert(patches) for expert in self.experts], dim=-2)  # [B, T, N, D_llm]
        return (weights[..., None] * given).sum(dim=-2)

    @torch.no_grad()
    def start_as_copies(self, trained: Mlp) -> None:
        """Every expert becomes this MLP: as weights add up to 1, the mixture then says what it says."""
        for expert in self.experts:
            expert.load_state_dict(trained.state_dict())

    @torch.no_grad()
    def start_by_task(self, trained: list[Mlp]) -> None:
        """Expert k becomes the MLP that was trained on task k.

        Raises:
            InputError: there are more of them than experts.
        """
        if len(trained) > len(self.experts):
            raise InputError(f"{len(trained)} trained connectors do not fit {len(self.experts)} experts.")
        for expert, own in zip(self.experts, trained, strict=False):
            expert.load_state_dict(own.state_dict())
