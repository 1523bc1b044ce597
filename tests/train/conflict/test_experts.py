"""Mixtures whose routing and likeness are known: constant and hard routers, copies, opposites; and a whole model."""

import pytest
import torch

from angiogram.model.build.connectors.experts import Experts
from angiogram.model.build.connectors.mlp import Mlp
from angiogram.model.build.connectors.patches import Patches
from angiogram.train.conflict.expert_use import expert_use
from angiogram.train.conflict.experts import mixture_in, overheard, routed
from angiogram.train.conflict.tug_of_war import tug_of_war
from tests.train.conflict.mixtures import load_mixture
from tests.train.conflict.test_tug_of_war import TASKS as NAMES
from tests.train.conflict.test_tug_of_war import StoppedError, entries, quiet, read, stop_at

TASKS = torch.tensor([0, 0, 1, 1, 2, 2])


def patches(mask=None, task=TASKS):
    torch.manual_seed(1)
    return Patches(torch.randn(6, 4, 8), (2, 2), mask, task)


def mixture(routing="soft-softmax", experts=3, **settings):
    torch.manual_seed(0)
    return Experts(8, 6, tasks=3, experts=experts, routing=routing, width=5, **settings)


def over_two(experts, given):
    return expert_use("project", experts, [routed(experts, given, TASKS)] * 2)


@pytest.mark.parametrize("experts", [2, 5])
def test_a_constant_router_uses_all_alike(experts):
    found = over_two(mixture("constant", experts), patches())
    assert found.entropy.value == pytest.approx(1) and found.entropy_of_mean.value == pytest.approx(1)
    assert len(found.use) == 3
    assert all(each.value == pytest.approx(1 / experts) for row in found.use for each in row)


def test_a_hard_router_gives_each_task_its_own():
    found = over_two(mixture("hard"), patches())
    assert found.entropy.value == 0 and found.entropy_of_mean.value == pytest.approx(1)
    assert [[each.value for each in row] for row in found.use] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert found.routing == "hard"
    one = over_two(mixture("hard"), patches(task=torch.zeros_like(TASKS)))
    assert one.entropy.value == one.entropy_of_mean.value == 0


def test_between_the_ends_by_hand():
    experts, given = mixture("soft-softmax"), patches()
    weights = experts.router(given).double()
    found = routed(experts, given, TASKS)
    entropy = -(weights * weights.log()).sum(dim=-1).mean() / torch.log(torch.tensor(3.0))
    assert found.entropy == pytest.approx(entropy.item())
    assert found.use[1] == pytest.approx(weights[2:4].mean(dim=(0, 1)).detach().numpy())
    outputs = torch.stack([expert(given) for expert in experts.experts])
    cosine = torch.cosine_similarity(outputs[0], outputs[2], dim=-1).mean().item()
    assert found.alike[0, 2] == found.alike[2, 0] == pytest.approx(cosine, rel=1e-5)


def test_masked_tokens_do_not_count():
    experts, whole = mixture("soft-softmax", sees="token"), patches()
    mask = torch.ones(6, 4, dtype=torch.bool)
    mask[:, 3] = False
    masked = routed(experts, Patches(whole.tokens, whole.grid, mask, TASKS), TASKS)
    alone = routed(experts, Patches(whole.tokens[:, :3], (3,), None, TASKS), TASKS)
    assert masked.entropy == pytest.approx(alone.entropy)
    assert masked.use == pytest.approx(alone.use) and masked.alike == pytest.approx(alone.alike)


def test_copies_are_alike_and_opposites_opposed():
    experts = mixture()
    experts.start_as_copies(Mlp(8, 6, width=5))
    with torch.no_grad():
        experts.experts[2].last.weight.neg_()
        experts.experts[2].last.bias.neg_()
    found = over_two(experts, patches())
    assert found.alike_in_weights[0][1] == pytest.approx(1)
    assert found.alike_in_output[0][1].value == pytest.approx(1)
    assert found.alike_in_output[0][2].value == pytest.approx(-1)
    assert -1 < found.alike_in_weights[0][2] < 1
    fresh = over_two(mixture(), patches())
    assert abs(fresh.alike_in_weights[0][1]) < 0.5 and fresh.alike_in_output[0][1].value < 0.9


def test_other_tokens_to_other_experts_show_in_the_entropy_of_the_mean():
    experts = mixture("soft-softmax", experts=2, sees="token")
    with torch.no_grad():
        first, _, last = experts.router.logits
        first.weight.zero_(), first.bias.zero_(), last.weight.zero_(), last.bias.zero_()
        first.weight[0, 0], first.weight[1, 0] = 1000.0, -1000.0  # the sign of a token's first number decides
        last.weight[0, 0] = last.weight[1, 1] = 1.0
    found = over_two(experts, patches())
    assert found.entropy.value < 0.01 and found.entropy_of_mean.value > 0.8


def test_a_mixture_is_found_by_its_name_and_heard():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Sequential(mixture()))
    name, experts = mixture_in(model, "1")
    assert name == "1.0" and experts is model[1][0]
    assert mixture_in(model, "0") is None
    assert mixture_in(torch.nn.Sequential(mixture(experts=1)), "0") is None
    given = patches()
    with overheard(experts) as heard:
        experts(given)
    experts(given)
    assert len(heard) == 1 and heard[0] is given


@pytest.mark.parametrize("routing", ["constant", "sparse", "soft-sigmoid"])
def test_a_whole_model_and_an_interruption(tiny_folder, tmp_path, routing):
    loaded = load_mixture(tiny_folder, tmp_path / "model", NAMES, routing)
    found = tug_of_war(loaded, entries(), read, quiet, batches=3)
    assert found.experts.name == "model.connector.project" and found.experts.routing == routing
    assert len(found.experts.use) == 3
    for row in found.experts.use:
        assert sum(each.value for each in row) == pytest.approx(1)
        assert all(0 <= each.low <= each.value <= each.high <= 1 for each in row)
    if routing == "constant":
        assert found.experts.entropy.value == pytest.approx(1)
    else:
        assert 0 < found.experts.entropy.value < 1
    for i in range(3):
        assert found.experts.alike_in_output[i][i].value == pytest.approx(found.experts.alike_in_weights[i][i])
    keep = tmp_path / "kept"
    with pytest.raises(StoppedError):
        tug_of_war(loaded, entries(), read, stop_at(2), batches=3, keep=keep)
    assert tug_of_war(loaded, entries(), read, quiet, batches=3, keep=keep) == found
