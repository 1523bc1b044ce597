"""Tasks whose gradients are known: `L_i = |theta - c_i - noise|^2 / 2`, whose mean gradient at theta = 0 is `-c_i`."""

import torch
from torch import nn

OPPOSED = [[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]
ORTHOGONAL = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
ALIGNED = [[1.0, 2.0, 0.0], [1.0, 2.0, 0.0]]
DOMINATING = [[1.0, 0.0, 0.0], [-9.0, 0.0, 0.0]]


class Bowl(nn.Module):
    """Gives the distance of theta to each sample's centre."""

    def __init__(self, width):
        super().__init__()
        self.theta = nn.Parameter(torch.zeros(width))

    def forward(self, centres):
        return (self.theta - centres).pow(2).sum(dim=1) / 2


def bowl(centres, *, each=4, noise=0.0, seed=0):
    """The model, the losses of one batch, and the samples' tasks."""
    means = torch.tensor(centres)
    tasks = torch.arange(len(means)).repeat(each)
    drawn = torch.randn(len(tasks), means.shape[1], generator=torch.Generator().manual_seed(seed))
    samples = means[tasks] + noise * drawn
    return Bowl(means.shape[1]), lambda model: model(samples), tasks
