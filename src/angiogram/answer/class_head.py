"""The part of the output head that tells class names apart: the final norm and a few rows, not the whole vocabulary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import torch
from torch import Tensor

from angiogram.model.build.logits import finished, has_finish
from angiogram.model.load import LoadedModel

Finish = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class ClassHead:
    """The model's own head over some tokens, for states of any of its LLM's blocks.

    Attributes:
        norm: the LLM's final norm.
        weight: rows of the head, `[T, D]` in float32.
        bias: of these rows, `[T]`, or None.
        finishes: what the model may do to its logits behind the rows, as its settings say.
    """

    norm: Any
    weight: Tensor
    bias: Tensor | None
    finishes: tuple[Finish, ...]

    def __call__(self, states: Tensor) -> Tensor:
        """Logits `[..., T]` in float32 of states `[..., D]`, before any finish."""
        logits = self.norm(states).to(self.weight) @ self.weight.T
        return logits if self.bias is None else logits + self.bias

    def finish(self, last: Tensor, said: Tensor, tolerance: float = 0.02) -> tuple[Finish, Tensor]:
        """The finish with which the last block's logits are those that the model itself gave, as nearly as any. [own]

        Settings of a language model name a cap or a scale that not every model around it applies.

        Args:
            last: what this head reads behind the last block, `[B, ...]`.
            said: the model's own logits at the same places, in any precision.
            tolerance: largest difference, as a part of one more than the largest logit of a case.

        Returns:
            (the finish; `[B]`, false where a case's logits are made in another way: by norm and rows alone no lens can
            be had of it.)
        """
        said = said.to(last).flatten(1)
        errors = torch.stack([(finish(last).flatten(1) - said).abs().amax(dim=1) for finish in self.finishes])
        best = int(errors.nanmean(dim=1).nan_to_num(inf).argmin())
        return self.finishes[best], errors[best] <= tolerance * (1 + said.abs().amax(dim=1))


def class_head(loaded: LoadedModel, tokens: Sequence[int]) -> ClassHead | None:
    """The head over these tokens; None where the model names no head whose rows can be read."""
    head = _output_head(loaded.model)
    weight = getattr(head, "weight", None)
    if not isinstance(weight, Tensor) or weight.dim() != 2 or not weight.is_floating_point() or weight.is_meta:
        return None
    rows = torch.tensor(tokens, device=weight.device)
    bias = getattr(head, "bias", None)
    norm = loaded.model.get_submodule(loaded.anatomy.llm_norm)
    return ClassHead(norm, weight[rows].float(), None if bias is None else bias[rows].float(), _finishes(loaded.model))


def _output_head(model: Any) -> Any:
    try:
        return model.get_output_embeddings()
    except (AttributeError, NotImplementedError):  # a model with code of its own need not say which is its head
        return None


def _finishes(model: Any) -> tuple[Finish, ...]:
    """Nothing, and what the settings say that becomes of the logits."""
    settings = model.config.get_text_config()
    if not has_finish(settings):
        return (lambda logits: logits,)
    return (lambda logits: logits, lambda logits: finished(logits, settings))
