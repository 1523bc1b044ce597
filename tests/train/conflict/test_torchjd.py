"""The Gramian of TorchJD (Quinton & Rey, "Jacobian Descent", arXiv 2406.16232), where it is installed."""

import pytest
import torch
from torch import nn

from angiogram.train.conflict.gramians import gramians

autogram = pytest.importorskip("torchjd.autogram", reason="torchjd is not installed")


def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, 3))


def losses(net):
    torch.manual_seed(1)
    return nn.functional.cross_entropy(net(torch.randn(6, 5)), torch.randint(3, (6,)), reduction="none")


@pytest.mark.parametrize("tasks", [[0, 1, 2, 3, 4, 5], [0, 2, 1, 0, 2, 2]])
def test_it_finds_the_same(tasks):
    numbers = torch.tensor(tasks)
    net = model()
    found = gramians(net, losses, numbers, [""])[""]
    engine = autogram.Engine(net, batch_dim=None)
    values = losses(net)
    wanted = engine.compute_gramian(torch.stack([values[numbers == task].mean() for task in range(max(tasks) + 1)]))
    torch.testing.assert_close(found, wanted.detach().double(), rtol=1e-5, atol=1e-7)
