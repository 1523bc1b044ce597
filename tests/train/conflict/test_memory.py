"""Bytes of all living tensors at most: never a gradient a task, not even of one layer."""

from pathlib import Path

import pytest
import torch
from torch import nn

from angiogram.train.conflict.batch import pulls
from angiogram.train.conflict.gramians import gramians
from angiogram.train.conflict.task_gradients import BLOCK

TASKS = torch.arange(14) % 7


def losses(model):
    torch.manual_seed(0)
    return model(torch.randn(14, 3, 64)).pow(2).mean(dim=(1, 2))


def peak(of, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks"))
    from p2 import Living

    with Living() as living:
        of()
    return living.most


@pytest.mark.nightly
@pytest.mark.parametrize("measure", [gramians, pytest.param(pulls, marks=pytest.mark.nightly)])
def test_many_layers_take_less_than_one_gradient(measure, monkeypatch):
    model = nn.Sequential(*(nn.Linear(64, 64) for _ in range(600)))
    weights = sum(p.nbytes for p in model.parameters())
    plain = peak(lambda: losses(model).sum().backward(), monkeypatch)
    assert plain > weights
    assert peak(lambda: measure(model, losses, TASKS, ["", "0"]), monkeypatch) < plain


@pytest.mark.parametrize("measure", [gramians, pulls])
def test_one_large_layer_is_taken_in_blocks(measure, monkeypatch):
    model = nn.Sequential(nn.Linear(64, 1024), nn.Linear(1024, 4096, bias=False), nn.Linear(4096, 64))
    seven = 7 * model[1].weight.nbytes
    assert peak(lambda: measure(model, losses, TASKS, [""]), monkeypatch) < 5 * 4 * BLOCK < seven / 5
