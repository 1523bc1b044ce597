"""The loss of each answer of a batch, by itself: what a sample's or a task's own gradient is of."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from angiogram.train.supervised import IGNORED


def answer_losses(inputs: Mapping[str, Tensor], device: torch.device) -> Callable[[nn.Module], Tensor]:
    """From a model to the mean cross-entropy of each answer's tokens, `[B]`.

    Args:
        inputs: what `supervised` makes of B entries, with `labels` `[B, L]`.
        device: where the model takes its inputs.
    """
    given = {name: values.to(device) for name, values in inputs.items()}
    labels = given.pop("labels")[:, 1:]

    def losses(model: nn.Module) -> Tensor:
        logits = model(**given, use_cache=False).logits[:, :-1].float()
        each = nn.functional.cross_entropy(logits.transpose(1, 2), labels, ignore_index=IGNORED, reduction="none")
        return each.sum(dim=1) / (labels != IGNORED).sum(dim=1)

    return losses
