"""How much each expert counts for a token."""

from typing import Literal

import torch
from torch import Tensor, nn
from transformers import initialization as init

from angiogram.errors import InputError, unknown
from angiogram.model.build.connectors.patches import Patches

Routing = Literal["constant", "hard", "sparse", "soft-sigmoid", "soft-softmax"]
ROUTINGS: tuple[Routing, ...] = ("constant", "hard", "sparse", "soft-sigmoid", "soft-softmax")
Sees = Literal["token", "task", "both"]
SEES: tuple[Sees, ...] = ("token", "task", "both")
TOP = 2  # experts that a sparse router counts


def check_routing(experts: int, tasks: int, routing: str, sees: str) -> None:
    """Refuse what no router does.

    Raises:
        InputError: there is no such routing, a router sees no such thing, or hard routing has fewer experts than tasks.
    """
    if routing not in ROUTINGS:
        raise unknown("routing", str(routing), ROUTINGS)
    if sees not in SEES:
        raise unknown("view of a router (sees)", str(sees), SEES)
    if routing == "hard" and experts < tasks:
        raise InputError(f"Hard routing needs an expert for each of {tasks} tasks, and there are {experts}.")


class Router(nn.Module):
    """Weights of N experts that add up to 1, after Uni-Med (Zhu et al., NeurIPS 2024, arXiv 2409.17508).

    - *constant*: 1 / N each.
    - *hard*: the task's own expert alone.
    - *sparse*: softmax over the two largest logits z, the others 0.
    - *soft-softmax* (the paper's text): softmax of z.
    - *soft-sigmoid* (its appendix and code): `w_k = sigmoid(z_k) / sum_j sigmoid(z_j)`.

    z is Linear-GELU-Linear of what the router sees: the token, a learned vector of the task (initially N(0, 0.02^2)),
    or both behind each other. Of an image whose task is not known (no number, or -1), the weights are the mean of those
    of all tasks. The published router is as wide as its input, larger than the experts themselves; `width` is small by
    default. [own]

    Args:
        width_in: of the tokens.
        experts: how many.
        tasks: how many.
        routing: see above.
        sees: what the logits are computed from.
        width: of the hidden layer.

    Raises:
        InputError: see `check_routing`.
    """

    def __init__(
        self, width_in: int, experts: int, tasks: int, routing: Routing, sees: Sees = "both", width: int = 64
    ) -> None:
        super().__init__()
        check_routing(experts, tasks, routing, sees)
        self.experts, self.tasks, self.routing, self.sees = experts, tasks, routing, sees
        if routing in ("constant", "hard"):
            return
        if sees != "token":
            self.task_tokens = nn.Parameter(torch.empty(tasks, width_in))
            self.draw()
        seen = width_in * (2 if sees == "both" else 1)
        self.logits = nn.Sequential(nn.Linear(seen, width), nn.GELU(), nn.Linear(width, experts))

    def draw(self) -> None:
        """The vectors of the tasks, where there are any."""
        if hasattr(self, "task_tokens"):
            init.normal_(self.task_tokens, std=0.02)

    def forward(self, patches: Patches) -> Tensor:
        """`[B, T, N]`, or `[B, 1, N]` where all tokens of an image are weighed alike."""
        batch = len(patches.tokens)
        if self.routing == "constant":
            return patches.tokens.new_full((batch, 1, self.experts), 1 / self.experts)
        if not self.by_task:
            return self._weights(self._logits(patches.tokens, None))
        if patches.task is None:
            return self._of_all_tasks(patches.tokens)
        known = patches.task >= 0  # [B]
        if bool(known.all()):
            return self._of_task(patches.tokens, patches.task)
        own = self._of_task(patches.tokens, patches.task.clamp(min=0))
        return torch.where(known[:, None, None], own, self._of_all_tasks(patches.tokens))

    @property
    def by_task(self) -> bool:
        """Whether its weights depend on the task."""
        return self.routing == "hard" or (self.routing != "constant" and self.sees != "token")

    def _of_all_tasks(self, tokens: Tensor) -> Tensor:
        every = torch.arange(self.tasks, device=tokens.device)
        return torch.stack([self._of_task(tokens, task.expand(len(tokens))) for task in every]).mean(dim=0)

    def _of_task(self, tokens: Tensor, task: Tensor) -> Tensor:
        if self.routing == "hard":
            return nn.functional.one_hot(task, self.experts).to(tokens)[:, None]
        return self._weights(self._logits(tokens, self.task_tokens.to(tokens)[task]))

    def _logits(self, tokens: Tensor, task: Tensor | None) -> Tensor:
        if task is None:
            return self.logits(tokens)
        if self.sees == "task":
            return self.logits(task[:, None])
        return self.logits(torch.cat([tokens, task[:, None].expand_as(tokens)], dim=-1))

    def _weights(self, logits: Tensor) -> Tensor:
        if self.routing == "soft-sigmoid":
            open_ = logits.sigmoid()
            return open_ / open_.sum(dim=-1, keepdim=True)
        if self.routing == "sparse":
            kept = logits.topk(min(TOP, self.experts), dim=-1)
            logits = torch.full_like(logits, -torch.inf).scatter(-1, kept.indices, kept.values)
        return logits.softmax(dim=-1)
