"""How much the tasks agree on each single number of a module."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.statistics.interval import Interval
from angiogram.train.conflict.over_batches import OverBatches

BINS = 10
"""Of equal width, from 0 to 1; each holds its lower end, and the last one 1 as well."""


class ScoreCounts:
    """Counts the scores of all parameters of each module, block by block.

    Attributes:
        found: `[BINS]` numbers of each module, int64.

    Args:
        inside: names of the modules that hold each parameter.
        names: of the modules.
    """

    def __init__(self, inside: Mapping[nn.Parameter, list[str]], names: Iterable[str]) -> None:
        self.found = {name: torch.zeros(BINS, dtype=torch.int64) for name in names}
        self._inside = inside

    def visit(self, parameter: nn.Parameter, block: Tensor) -> None:
        """Count a block of the m gradients, `[m, K]`."""
        counts = score_counts(block)
        for name in self._inside[parameter]:
            self.found[name] += counts


def score_counts(gradients: Tensor) -> Tensor:
    """Histogram of `|sum_i g_i| / sum_i |g_i|` of each single number (Uni-Med, Zhu et al., arXiv 2409.17508).

    1 where all tasks pull a number the same way (or one task alone pulls it), 0 where they cancel each other. Numbers
    that no task pulls have no score. The gradients are of one batch; their noise makes tasks agree less, so that
    scores of batches of unequal size do not compare. [own]

    Args:
        gradients: of m tasks, `[m, K]`.

    Returns:
        `[BINS]`, int64, on the CPU.

    >>> score_counts(torch.tensor([[1.0, 1.0, 1.0, 0.0, 0.0], [2.0, -1.0, -0.5, 0.3, 0.0]])).tolist()
    [1, 0, 0, 1, 0, 0, 0, 0, 0, 2]
    """
    pulled = gradients.abs().sum(dim=0)
    some = pulled > 0
    scores = gradients.sum(dim=0).abs()[some] / pulled[some]
    return torch.bincount((scores * BINS).long().clamp(max=BINS - 1), minlength=BINS).cpu()


def score_shares(counts: Sequence[NDArray[np.int64]], seed: int = 0) -> tuple[Interval, ...]:
    """Share of a module's scores in each bin over all batches, with intervals over batches.

    Args:
        counts: of each of n batches, `[BINS]`.
        seed: of the bootstrap's resamples of batches.

    Raises:
        InputError: there are fewer than two batches, or one in which no number of the module has a score.

    >>> [share.value for share in score_shares([np.array([1, 0, 3]), np.array([1, 2, 1])])]
    [0.25, 0.25, 0.5]
    """
    found = np.stack(counts).astype(np.float64)
    if not found.any(axis=1).all():
        raise InputError("No parameter has a score in one of the batches: none of the tasks has a gradient there.")
    over = OverBatches.of(len(found), seed)
    means = over.means(found)
    shares = means / means.sum(axis=1, keepdims=True)
    return tuple(over.interval(shares[:, at], 0.0, 1.0) for at in range(found.shape[1]))
