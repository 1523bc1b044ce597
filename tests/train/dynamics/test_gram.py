"""The Gram matrix of per-sample gradients, against n backward passes, against torch.func, and without a trace."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, grad, vmap

from angiogram.errors import InputError
from angiogram.train.dynamics.gram import gram_of_samples
from tests.train.conflict.naive import naive_gramian


def small():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, 3))


def data(n):
    torch.manual_seed(1)
    return torch.randn(n, 5), torch.randint(3, (n,))


def losses_of(x, y):
    return lambda model: nn.functional.cross_entropy(model(x), y, reduction="none")


@pytest.mark.parametrize("n", [1, 2, 6])
def test_against_a_backward_pass_a_sample(n):
    model, losses = small(), losses_of(*data(n))
    found = gram_of_samples(model, losses, n, ["", "0", "2", "3"])
    for name, gram in found.items():
        assert gram.shape == (n, n)
        torch.testing.assert_close(gram, naive_gramian(model, losses, torch.arange(n), name), rtol=1e-5, atol=1e-8)


def test_against_torch_func():
    model, (x, y) = small(), data(6)

    def loss(parameters, one, label):
        return nn.functional.cross_entropy(functional_call(model, parameters, (one[None],)), label[None])

    each = vmap(grad(loss), (None, 0, 0))(dict(model.named_parameters()), x, y)
    gradients = torch.cat([found.detach().flatten(1) for found in each.values()], dim=1).double()
    found = gram_of_samples(model, losses_of(x, y), 6, [""])[""]
    torch.testing.assert_close(found, gradients @ gradients.T, rtol=1e-5, atol=1e-8)


def test_only_what_is_trained_counts():
    model, losses = small(), losses_of(*data(4))
    model[0].requires_grad_(False)
    found = gram_of_samples(model, losses, 4, ["", "3"])
    torch.testing.assert_close(found[""], naive_gramian(model, losses, torch.arange(4), ""), rtol=1e-5, atol=1e-8)
    with pytest.raises(InputError, match="'0' has no parameter that is trained"):
        gram_of_samples(model, losses, 4, ["0"])


class Scaled(nn.Module):
    """Divides by a running length, a buffer that changes whenever it is called."""

    def __init__(self):
        super().__init__()
        self.register_buffer("length", torch.ones(()))

    def forward(self, x):
        self.length.mul_(0.9).add_(0.1 * x.detach().norm())
        return x / self.length.clone()


def test_it_leaves_no_trace():
    model = nn.Sequential(Scaled(), nn.Linear(5, 8), nn.Dropout(0.5), nn.Linear(8, 3))
    model[3].bias.requires_grad_(False)
    losses = losses_of(*data(4))
    losses(model).sum().backward()  # gradients that a training may be gathering
    trained = [parameter.requires_grad for parameter in model.parameters()]
    gradients = [None if parameter.grad is None else parameter.grad.clone() for parameter in model.parameters()]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    random = torch.get_rng_state()
    gram_of_samples(model, losses, 4, [""])
    assert torch.equal(torch.get_rng_state(), random) and model.training
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert [parameter.requires_grad for parameter in model.parameters()] == trained
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        assert (parameter.grad is None) == (gradient is None)
        assert gradient is None or torch.equal(parameter.grad, gradient)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_after_a_failure_as_well():
    model = small()
    model[0].bias.requires_grad_(False)
    with pytest.raises(InputError, match="of 4 for a batch of 3 samples"):
        gram_of_samples(model, losses_of(*data(4)), 3, ["3"])
    assert [parameter.requires_grad for parameter in model[0].parameters()] == [True, False]
