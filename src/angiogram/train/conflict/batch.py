"""What one batch says of the tug-of-war on each module, from one forward and one backward pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from angiogram.train.conflict.gramians import GramianSum, holders
from angiogram.train.conflict.halves import Halves
from angiogram.train.conflict.scores import ScoreCounts
from angiogram.train.conflict.task_gradients import Losses, visit_task_gradients


@dataclass(frozen=True)
class Pull:
    """Of m tasks on one module, in one batch.

    Attributes:
        products: `g_i . g_j` of the gradients of the tasks' mean losses, `[m, m]`.
        repeated: `g_i' . g_i''` of the gradients of each task's halves, `[m]`: without the noise that `|g_i|^2` has.
        scores: how many numbers of the module have a score in each bin, `[BINS]`; see `score_counts`.
    """

    products: NDArray[np.float64]
    repeated: NDArray[np.float64]
    scores: NDArray[np.int64]


def pulls(
    model: nn.Module, losses: Losses, tasks: Tensor, modules: Iterable[str], packed: Sequence[Tensor] = ()
) -> dict[str, Pull]:
    """What a batch says of each module.

    Args:
        model: whose trainable parameters count.
        losses: from the model to the loss of each sample, `[B]`.
        tasks: number of each sample's task, `[B]`, from 0 to m - 1; each has two samples or more, and they are drawn
            independently of each other: the same image in two tasks would be noise that these share.
        modules: their names in the model; they may hold each other. The empty name is the model itself.
        packed: see `visit_task_gradients`.

    Raises:
        InputError: what `gramians` refuses, or a task has fewer than two samples.

    >>> import torch
    >>> layer = nn.Linear(2, 1, bias=False)
    >>> x = torch.tensor([[1.0, 0.0], [3.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]])
    >>> pull = pulls(layer, lambda m: m(x)[:, 0], torch.tensor([0, 0, 1, 1]), [""])[""]
    >>> pull.products.tolist(), pull.repeated.tolist(), pull.scores.tolist()
    ([[4.0, -2.0], [-2.0, 1.0]], [3.0, 0.0], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    """
    names = list(modules)
    halves = Halves.of(tasks)
    inside = holders(model, names)
    total, scores = GramianSum(inside, names, len(halves.means[0])), ScoreCounts(inside, names)

    def visit(parameter: nn.Parameter, block: Tensor) -> None:
        total.visit(parameter, block)
        scores.visit(parameter, halves.means.to(block) @ block)

    visit_task_gradients(model, losses, halves.groups, inside, visit, packed)
    means = halves.means.cpu().double()
    return {
        name: Pull(
            products=(means @ gramian @ means.T).numpy(),
            repeated=gramian.diagonal(1)[::2].numpy().copy(),
            scores=scores.found[name].numpy(),
        )
        for name, gramian in total.found.items()
    }
