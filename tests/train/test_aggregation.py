"""Steps for several tasks: what plain training does, what resolves a conflict, and every registered method on a toy."""

import copy
import sys

import pytest
import torch
from torch import nn

from angiogram.errors import InputError
from angiogram.train.aggregation import AGGREGATORS, PLAIN, SCALARIZATIONS, aggregated_backward
from angiogram.train.answer_losses import answer_losses
from angiogram.train.supervised import supervised
from tests.data.annotations.entries import entry
from tests.train.conflict.test_tug_of_war import read

EVEN = {"a": 1.0, "b": 1.0, "c": 1.0}
NEEDED = {
    "cagrad": {"c": 0.5},
    "fairgrad": {"alpha": 1.0},
    "constant": {"weights": EVEN},
    "cosmos": {"lambda_": 1.0, "weights": EVEN},
    "pbi": {"theta": 1.0, "weights": EVEN},
    "stch": {"mu": 1.0},
}


@pytest.fixture
def torchjd():
    return pytest.importorskip("torchjd", reason="torchjd is not installed")


def toy():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.GELU(), nn.Linear(5, 3))
    model[0].bias.requires_grad_(False)
    return model, torch.randn(8, 3)


def losses_of(model, x):
    return dict(zip("abc", model(x).square().mean(dim=0), strict=True))


def gradients(name, settings=None):
    model, x = toy()
    torch.manual_seed(3)
    aggregated_backward(model.parameters(), losses_of(model, x), name, settings)
    return [parameter.grad for parameter in model.parameters()]


def conflict():
    """Two tasks that want the first number elsewhere and one of them the second a little."""
    weight = nn.Parameter(torch.tensor([0.5, 0.0]))
    losses = {"far": 4 * (weight[0] - 3) ** 2 + (weight[1] - 1) ** 2, "near": weight[0] ** 2 + (weight[1] + 0.5) ** 2}
    return weight, losses


def after_a_step(name, rate=0.001):
    """By how much each loss grows."""
    weight, losses = conflict()
    before = [loss.item() for loss in losses.values()]
    aggregated_backward([weight], losses, name)
    with torch.no_grad():
        weight -= rate * weight.grad
    first, second = weight.tolist()
    after = [4 * (first - 3) ** 2 + (second - 1) ** 2, first**2 + (second + 0.5) ** 2]
    return [new - old for new, old in zip(after, before, strict=True)]


def test_the_mean_is_a_plain_backward_pass():
    model, x = toy()
    torch.stack(list(losses_of(model, x).values())).mean().backward()
    for found, parameter in zip(gradients(PLAIN), model.parameters(), strict=True):
        assert (found is None) == (parameter.grad is None)
        assert found is None or torch.equal(found, parameter.grad)


def test_gradients_are_added_to_what_is_there(torchjd):
    for name in ("mean", "upgrad", "sum"):
        model, x = toy()
        for _ in range(2):
            aggregated_backward(model.parameters(), losses_of(model, x), name)
        for twice, once in zip([p.grad for p in model.parameters()], gradients(name), strict=True):
            assert once is None or torch.allclose(twice, 2 * once)
        assert not any(hasattr(parameter, "jac") for parameter in model.parameters())


@pytest.mark.parametrize("name", ["upgrad", "mgda"])
def test_a_step_in_conflict_makes_no_loss_larger(torchjd, name):
    far, near = after_a_step(PLAIN)
    assert far < 0 < near  # the mean serves one task at the cost of the other
    assert max(after_a_step(name)) < 0


def test_upgrad_is_the_mean_where_nothing_conflicts(torchjd):
    weight = nn.Parameter(torch.tensor([1.0, 1.0]))
    aggregated_backward([weight], {"a": weight[0] ** 2, "b": weight[1] ** 2}, "upgrad")
    torch.testing.assert_close(weight.grad, torch.tensor([1.0, 1.0]), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", [*AGGREGATORS, *SCALARIZATIONS])
def test_every_method_runs_and_is_the_same_again(torchjd, name):
    first, again = gradients(name, NEEDED.get(name)), gradients(name, NEEDED.get(name))
    assert [each is None for each in first] == [False, True, False, False]  # the frozen one stays without
    for one, other in zip(first, again, strict=True):
        assert one is None or (torch.equal(one, other) and torch.isfinite(one).all() and one.any())


@pytest.mark.parametrize("name", sorted(AGGREGATORS))
def test_one_task_alone_runs(torchjd, name):
    weight = nn.Parameter(torch.tensor([1.0, 2.0]))
    aggregated_backward([weight], {"a": weight.square().sum()}, name, NEEDED.get(name))
    assert torch.cosine_similarity(weight.grad, torch.tensor([1.0, 2.0]), dim=0) > 0.999


@pytest.mark.parametrize("family", ["angiogram", "qwen2_vl", "gemma3"])
def test_a_whole_model_under_gradient_checkpointing(torchjd, load_family, family):
    loaded = load_family(family)
    model = copy.deepcopy(loaded.model).train()
    model.gradient_checkpointing_enable({"use_reentrant": False})
    entries = [entry(k, task, id=f"{task} {k}") for task in ("vqa", "report") for k in range(2)]
    inputs = supervised(loaded.processor, model, entries, [read(each.image) for each in entries])
    each = answer_losses(inputs, torch.device("cpu"))(model)
    losses = {"vqa": each[:2].mean(), "report": each[2:].mean()}
    rows = [torch.autograd.grad(loss, model.lm_head.weight, retain_graph=True)[0].flatten() for loss in losses.values()]
    aggregated_backward(model.parameters(), losses, "upgrad")
    step = model.lm_head.weight.grad.flatten()
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert torch.linalg.matrix_rank(torch.stack([step, *rows]).double(), rtol=1e-4) == 2  # a mixture of the two


def test_weights_go_by_the_tasks_names(torchjd):
    weights = {"c": 0.0, "b": 2.0, "a": 1.0}
    model, x = toy()
    losses = losses_of(model, x)
    (losses["a"] + 2 * losses["b"]).backward()
    for found, parameter in zip(gradients("constant", {"weights": weights}), model.parameters(), strict=True):
        assert found is None or torch.allclose(found, parameter.grad)


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("upgard", {}, "There is no aggregation 'upgard'; .*did you mean 'upgrad'"),
        ("cagrad", {"cc": 0.5}, "There is no setting of the aggregation 'cagrad' 'cc'.*did you mean 'c'"),
        ("cagrad", {}, "'cagrad' needs the setting 'c'"),
        ("upgrad", {"projector": 1.0}, "no setting of the aggregation 'upgrad' 'projector'"),
        ("stch", {"mu": -1.0}, "'stch' cannot be set so: Parameter `mu` should be strictly positive"),
        ("constant", {"weights": {"a": 1.0}}, "'weights' has no number for the task 'b'"),
    ],
)
def test_what_cannot_be_is_one_sentence(torchjd, name, settings, said):
    with pytest.raises(InputError, match=said):
        gradients(name, settings)


@pytest.mark.parametrize("module", ["torchjd", "torchjd.aggregation"])
def test_without_the_package_one_sentence_names_the_extra(monkeypatch, module):
    for name in [each for each in sys.modules if each.startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=r"'upgrad' needs TorchJD and its solvers: `pip install 'angiogram\[agg"):
        gradients("upgrad")
    assert gradients(PLAIN)[0] is not None
