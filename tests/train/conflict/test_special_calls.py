"""Parameters and calls out of the ordinary: shared, called again, frozen, borrowed, random, checkpointed."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from angiogram.errors import InputError
from angiogram.train.conflict import task_gradients
from angiogram.train.conflict.gramians import gramians
from tests.train.conflict.naive import naive_gramian
from tests.train.conflict.test_gramians import TASKS, agree, llama


class Net(nn.Module):
    """Whatever the test says is its forward pass, on `inner` and two tables of its own."""

    def __init__(self, forward, **inner):
        super().__init__()
        torch.manual_seed(0)
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 4))
        for name, module in inner.items():
            self.add_module(name, module)
        self._forward = forward

    def forward(self, x):
        return self._forward(self, x)


def losses(model):
    torch.manual_seed(1)
    x = torch.randn(6, 3, 4)
    return model(x).tanh().flatten(1).pow(2).mean(dim=1)


FORWARDS = {
    "a layer that is called twice": lambda m, x: m.a(nn.functional.gelu(m.a(x))),
    "a layer whose second call has no part in the loss": lambda m, x: (m.a(x), m.a(x + 1))[0],
    "a layer that is not called": lambda m, x: m.b(x) + m.a(x),
    "a weight that is borrowed": lambda m, x: nn.functional.linear(m.a(x), m.b.weight),
    "a weight that is borrowed and called": lambda m, x: nn.functional.linear(m.a(x), m.a.weight.T) + m.b(x),
    "a token put before": lambda m, x: m.a(torch.cat([m.token.expand(len(x), -1, -1), x], dim=1)),
    "a token written into it": lambda m, x: m.a(torch.zeros_like(x).index_fill(1, torch.tensor([1]), 1) + _put(m, x)),
    "what all samples share": lambda m, x: m.b(x + m.a(torch.ones(1, 3, 4))),
    "what all share and what they do not": lambda m, x: m.a(x) + m.a(torch.ones(1, 3, 4)),
    "a change in place after the first layer": lambda m, x: m.b(m.a(x).mul_(2).relu_()),
    "no gradient through a part": lambda m, x: m.b(x) + m.a(x).detach() + m.b(m.a(x)),
    "a part without gradient": lambda m, x: m.b(_without_gradient(m.a, x)),
    "pieces of a parameter": lambda m, x: m.a(x) * sum(m.token.chunk(2, dim=-1)).repeat(1, 1, 2),
}  # fmt: skip


def _put(m, x):
    filled = x.clone()
    filled[:, 0] = m.token[:, 0]
    filled[:, 1:2] = m.token
    return filled


def _without_gradient(module, x):
    with torch.no_grad():
        return module(x)


@pytest.mark.parametrize("name", FORWARDS)
def test_whatever_a_forward_pass_does_with_its_parameters(name):
    agree(Net(FORWARDS[name]), losses, TASKS, [""])


def test_a_layer_under_two_names_is_in_both_modules():
    model = Net(lambda m, x: m.pair(m.a(x)), pair=nn.Sequential(nn.Linear(4, 4), nn.GELU()))
    model.pair.append(model.a)
    found = agree(model, losses, TASKS, ["a", "pair", ""])
    assert not torch.equal(found["a"], found["pair"])


def test_attention_that_reads_its_output_layer_without_calling_it():
    model = Net(lambda m, x: m.attention(x, x, m.a(x))[0], attention=nn.MultiheadAttention(4, 2, batch_first=True))
    agree(model, losses, TASKS, ["", "attention", "attention.out_proj"])


def test_other_layers_than_linear_ones():
    convolution = nn.Sequential(nn.Conv1d(3, 5, 1), nn.GroupNorm(1, 5), nn.PReLU())
    agree(Net(lambda m, x: m.layers(m.a(x)), layers=convolution), losses, TASKS, ["", "layers.0", "layers.2"])
    scalar = nn.PReLU()
    scalar.weight = nn.Parameter(torch.tensor(0.3))
    model = Net(lambda m, x: torch.where(x > 0, x, x * m.layers.weight) + m.a(x), layers=scalar)
    agree(model, losses, TASKS, ["", "layers"])


@pytest.mark.parametrize("options", [{}, {"padding_idx": 3}, {"scale_grad_by_freq": True}, {"max_norm": 0.5}])
def test_embeddings(options):
    ids = torch.tensor([[1, 2], [3, 1], [3, 3], [0, 0], [4, 1], [2, 2]])
    model = Net(lambda m, x: m.words(ids) * x[:, :2], words=nn.Embedding(5, 4, **options))
    losses(model)  # the norms of the rows are cut in the first forward pass
    agree(model, losses, TASKS, ["words"])


def test_frozen_parameters_do_not_count_and_stay_frozen():
    model, text = llama()
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("layers.1" in name or name.endswith("q_proj.weight"))
    agree(model, text, TASKS, ["", "model.layers.0", "model.layers.1"])
    assert not model.lm_head.weight.requires_grad and model.model.layers[1].mlp.up_proj.weight.requires_grad
    with pytest.raises(InputError, match="'lm_head' has no parameter that is trained"):
        gramians(model, text, TASKS, ["lm_head"])


def test_a_module_without_part_in_the_loss_has_zeros():
    model = Net(lambda m, x: m.a(x))
    found = gramians(model, losses, TASKS, ["a", "b"])
    assert not found["b"].any() and found["a"].all()
    with pytest.raises(InputError, match="depend on none"):
        gramians(model, losses, TASKS, ["b"])


def test_nothing_of_the_model_is_changed():
    model = Net(lambda m, x: m.b(m.a(x)))
    model.a.weight.grad = torch.ones(4, 4)
    gramians(model, losses, TASKS, [""])
    assert torch.equal(model.a.weight.grad, torch.ones(4, 4)) and model.b.weight.grad is None
    assert all(p.requires_grad for p in model.parameters()) and not model.a._forward_hooks
    with pytest.raises(ZeroDivisionError):
        gramians(model, lambda m: m(torch.randn(6, 4)) / (1 // 0), TASKS, [""])
    assert all(p.requires_grad for p in model.parameters()) and not model.a._forward_pre_hooks


@pytest.mark.parametrize("block", [1, 7, 100])
def test_the_size_of_blocks_changes_nothing(block, monkeypatch):
    monkeypatch.setattr(task_gradients, "BLOCK", block)
    model, text = llama(tie_word_embeddings=True)
    agree(model, text, TASKS, ["", "model.norm", "lm_head"])


def test_random_numbers_are_drawn_again():
    attention = nn.MultiheadAttention(4, 2, dropout=0.5, batch_first=True)
    model = Net(lambda m, x: m.attention(x, x, nn.functional.dropout(m.a(x)))[0], attention=attention).train()
    agree(model, losses, TASKS, ["", "attention"])
    torch.manual_seed(3)
    gramians(model, losses, TASKS, [""])
    after = torch.rand(1)
    torch.manual_seed(3)
    losses(model)
    assert torch.equal(torch.rand(1), after)


def test_gradient_checkpointing():
    model, text = llama()
    wanted = naive_gramian(model, text, TASKS, "model.layers.0")
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    found = gramians(model, text, TASKS, ["", "model.layers.0"])["model.layers.0"]
    torch.testing.assert_close(found, wanted, rtol=1e-5, atol=1e-5 * wanted.max().item())
    kept = Net(lambda m, x: m.a(m.norm(m.a(x))), norm=nn.LayerNorm(4))
    first = Net(lambda m, x: m.b(checkpoint(m.kept, x, use_reentrant=False)), kept=kept)
    agree(first, losses, TASKS, ["", "kept", "b"])
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": True})
    with pytest.raises(InputError, match="use_reentrant=False"):
        gramians(model, text, TASKS, ["", "model.layers.0"])


def test_half_precision_is_summed_in_single():
    model, text = llama()
    wanted = naive_gramian(model, text, TASKS, "")
    found = gramians(model.bfloat16(), text, TASKS, [""])[""]
    size = wanted.diagonal().sqrt()
    assert ((found - wanted).abs() < 0.05 * size[:, None] * size).all()


REFUSED = {
    "'a' gives a first dimension of 18 for a batch of 6": lambda m, x: m.a(x.flatten(0, 1)).reshape(6, 3, 4),
    "What module 'b' was given is changed in place": lambda m, x: (m.b(held := m.a(x)), held.mul_(2))[0],
    "Module '' gives a first dimension of 1": lambda m, x: m.token.mean(dim=1),
    "one loss for each of 6 samples, not \\[4\\]": lambda m, x: m.a(x)[:4],
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_cannot_be_split_is_refused(said):
    with pytest.raises(InputError, match=said):
        gramians(Net(REFUSED[said]), losses, TASKS, [""])


def test_a_batch_norm_mixes_samples():
    model = Net(lambda m, x: m.norm(m.a(x)), norm=nn.BatchNorm1d(3)).train()
    with pytest.raises(InputError, match="'norm' normalises over the batch"):
        gramians(model, losses, TASKS, [""])
    agree(model.eval(), losses, TASKS, ["", "norm"])


@pytest.mark.parametrize(
    ("tasks", "said"),
    [([0, 2, 2, 0, 2, 2], "Task 1 of 3 has no sample"), ([0, -1, 1, 1, 1, 1], "number of its task"), ([], "number")],
)
def test_tasks_that_cannot_be(tasks, said):
    with pytest.raises(InputError, match=said):
        gramians(Net(lambda m, x: m.a(x)), losses, torch.tensor(tasks, dtype=torch.int64), [""])


def test_names_and_uses_that_are_wrong():
    model = Net(lambda m, x: m.a(x))
    with pytest.raises(InputError, match="no module 'c'"):
        gramians(model, losses, TASKS, ["c"])
    with pytest.raises(InputError, match=r"'b.weight' is used outside of all modules"):
        gramians(model, lambda m: losses(m) + m.b.weight.sum(), TASKS, [""])
