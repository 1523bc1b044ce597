"""The probe of the paper: a two-layer perceptron (Zhu et al., "Lost in the Hype", arXiv 2604.08333).

ReLU, dropout 0.1, AdamW at 1e-4, cosine schedule with a warm-up over 0.05 of the steps, 20 epochs in batches of 4, two
runs. What the paper does not say is ours [own]: 512 hidden units, standardised features, PyTorch's initialisation and
weight decay (0.01), seeds 0 and 1, and the mean of both runs' probabilities as the result.

**Cost.** Batches of four make it slow: `20 N / 4` steps, each of which touches all `512 D` weights and their moments,
for every tap and fold: thousands of times the ridge probe. Both runs train side by side as one batch of matrix
products, which changes nothing in either; folds do not gain from that, since the time goes into moving weights. Use it
to compare with the paper at a few taps.
"""

from collections.abc import Sequence
from math import ceil, cos, pi

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from angiogram.errors import InputError
from angiogram.probe.contract import check_width, training_side
from angiogram.probe.principal import standardise, standardised


class MlpProbe:
    """A two-layer perceptron with the contract of all probes; the same seeds give the same probe.

    Args:
        hidden: width of the hidden layer.
        epochs: passes over the training cases.
        seeds: of the runs; the probabilities are their mean.

    Attributes:
        classes_, training_scores_: see `contract.Fitted`; the training scores are those of the fit itself.
        strength_: NaN, there is none.

    >>> X = np.array([[0.0], [1.0], [9.0], [10.0]] * 8)
    >>> probe = MlpProbe(hidden=64).fit(X, np.array([0, 0, 1, 1] * 8))
    >>> probe.predict(np.array([[-1.0], [11.0]])).tolist()
    [0, 1]
    """

    classes_: NDArray[np.generic]
    strength_: float = float("nan")
    training_scores_: NDArray[np.float64]

    batch, rate, warm_up, dropout = 4, 1e-4, 0.05, 0.1

    def __init__(self, hidden: int = 512, epochs: int = 20, seeds: Sequence[int] = (0, 1)) -> None:
        if hidden < 1 or epochs < 1 or not seeds:
            raise InputError(f"A perceptron needs hidden units, epochs and seeds, not {hidden}, {epochs}, {seeds}.")
        self.hidden, self.epochs, self.seeds = hidden, epochs, tuple(seeds)

    def fit(self, X: NDArray[np.generic], y: ArrayLike, groups: NDArray[np.int64] | None = None) -> "MlpProbe":
        """See `contract.Probe.fit`; groups change nothing, as nothing is chosen."""
        self.classes_, index = training_side(X, y, groups)
        scaled, self._mean, self._scale = standardised(X)
        z = torch.from_numpy(scaled).float()  # [N, D]
        target = torch.from_numpy(index)
        dice = [torch.Generator().manual_seed(seed) for seed in self.seeds]
        self._weights = weights = self._initial(z.shape[1], dice)
        optimiser = torch.optim.AdamW(weights, lr=self.rate, fused=True)
        steps = self.epochs * ceil(len(z) / self.batch)
        done = 0
        for _ in range(self.epochs):
            orders = torch.stack([torch.randperm(len(z), generator=die) for die in dice])  # [S, N]
            for rows in orders.split(self.batch, dim=1):  # [S, b]
                for group in optimiser.param_groups:
                    group["lr"] = self.rate * schedule(done, steps, self.warm_up)
                kept = torch.stack([torch.rand(rows.shape[1], self.hidden, generator=die) for die in dice])
                logits = self._logits(z[rows], (kept >= self.dropout) / (1 - self.dropout))  # [S, b, K]
                # summed over the runs: each gets the gradient of its own mean loss
                loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), target[rows].flatten())
                optimiser.zero_grad()
                (loss * len(self.seeds)).backward()
                optimiser.step()
                done += 1
        for weight in weights:
            weight.requires_grad_(False)
        self.training_scores_ = self.scores(X)
        return self

    def scores(self, X: NDArray[np.generic]) -> NDArray[np.float64]:
        """Mean over the runs of the softmax, `[M, K]`."""
        check_width(X, len(self._mean))
        z = torch.from_numpy(standardise(X, self._mean, self._scale)).float()
        logits = self._logits(z.expand(len(self.seeds), -1, -1))
        return logits.double().softmax(dim=2).mean(dim=0).numpy()

    def as_probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scores, which are probabilities already, `[M, K]`."""
        return scores

    def predict(self, X: NDArray[np.generic]) -> NDArray[np.generic]:
        """The label with the highest probability, `[M]`."""
        return self.classes_[self.scores(X).argmax(axis=1)]

    def _initial(self, width: int, dice: Sequence[torch.Generator]) -> list[Tensor]:
        """Weights and biases of both layers for all runs, `[S, in, out]` and `[S, 1, out]`, as `nn.Linear` starts."""
        weights: list[Tensor] = []
        for inputs, outputs in ((width, self.hidden), (self.hidden, len(self.classes_))):
            for rows in (inputs, 1):
                drawn = [torch.rand(rows, outputs, generator=die) for die in dice]
                weights.append(((2 * torch.stack(drawn) - 1) / inputs**0.5).requires_grad_())
        return weights

    def _logits(self, z: Tensor, kept: Tensor | None = None) -> Tensor:
        """`[S, b, D]` -> `[S, b, K]`, the hidden units times `kept` `[S, b, hidden]`."""
        first, bias, second, last = self._weights
        hidden = torch.relu(torch.baddbmm(bias, z, first))
        return torch.baddbmm(last, hidden if kept is None else hidden * kept, second)


def schedule(step: int, steps: int, warm_up: float) -> float:
    """Share of the learning rate: up in a straight line over the warm-up, then down half a cosine to zero.

    >>> [round(schedule(step, 100, 0.05), 3) for step in (0, 4, 5, 52, 99)]
    [0.2, 1.0, 1.0, 0.508, 0.0]
    """
    warm = ceil(warm_up * steps)
    if step < warm:
        return (step + 1) / warm
    return (1 + cos(pi * (step - warm) / max(1, steps - warm))) / 2
