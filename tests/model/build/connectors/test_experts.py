"""The mixture of experts: every router's weights by hand, its starts, and what it refuses."""

import pytest
import torch

from angiogram.errors import InputError
from angiogram.model.build.connectors.experts import Experts
from angiogram.model.build.connectors.mlp import Mlp
from angiogram.model.build.connectors.patches import Patches
from angiogram.model.build.connectors.router import ROUTINGS, Router

SEES = ("token", "task", "both")
EVERY = [(routing, sees) for routing in ROUTINGS for sees in SEES]


def patches(task=None):
    torch.manual_seed(0)
    return Patches(torch.randn(2, 6, 8), (2, 3), task=None if task is None else torch.tensor(task))


@pytest.mark.parametrize(("routing", "sees"), EVERY)
@pytest.mark.parametrize("task", [None, [0, 2]])
def test_weights_add_up_to_one(routing, sees, task):
    weights = Router(8, 5, 3, routing, sees)(patches(task))
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(weights.shape[:-1]))
    assert weights.min() >= 0 and weights.shape[0] == 2 and weights.shape[-1] == 5


def test_weights_by_hand():
    logits = torch.tensor([[[2.0, -1.0, 0.5]]])
    weights = {routing: Router(4, 3, 1, routing)._weights(logits)[0, 0] for routing in ROUTINGS[2:]}
    e = logits[0, 0].exp()
    torch.testing.assert_close(weights["soft-softmax"], e / e.sum())
    torch.testing.assert_close(weights["sparse"], torch.tensor([e[0], 0.0, e[2]]) / (e[0] + e[2]))
    opened = 1 / (1 + 1 / e)
    torch.testing.assert_close(weights["soft-sigmoid"], opened / opened.sum())


def test_constant_and_hard_have_no_parameters():
    assert not list(Router(8, 5, 3, "constant").parameters()) and not list(Router(8, 5, 3, "hard").parameters())
    assert Router(8, 5, 3, "constant")(patches()).unique().tolist() == [pytest.approx(0.2)]
    assert Router(8, 5, 3, "hard")(patches([2, 0]))[:, 0].tolist() == [[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]
    unknown = Router(8, 5, 3, "hard")(patches())[0, 0]  # the mean of the three tasks
    torch.testing.assert_close(unknown, torch.tensor([1 / 3, 1 / 3, 1 / 3, 0, 0]))


def test_what_a_router_sees_decides():
    one, other = patches([0, 0]), patches([1, 1])
    for sees in SEES:
        router = Router(8, 4, 2, "soft-softmax", sees)
        differ = not torch.allclose(router(one), router(other))
        along = router(one).shape[1] > 1 and not torch.allclose(router(one)[:, :1], router(one)[:, 1:2])
        assert (differ, along) == {"token": (False, True), "task": (True, False), "both": (True, True)}[sees]


def test_task_tokens_start_small_and_the_router_is_narrow():
    router = Router(1024, 5, 400, "soft-sigmoid", "both")
    assert router.task_tokens.std().item() == pytest.approx(0.02, rel=0.05)
    experts = Experts(1024, 512, tasks=7)
    of_router = sum(p.numel() for p in experts.router.parameters())
    assert of_router < sum(p.numel() for p in experts.experts.parameters()) / 20


@pytest.mark.parametrize(("routing", "sees"), EVERY)
def test_an_image_of_an_unknown_task_changes_nothing_for_the_one_beside_it(routing, sees):
    router = Router(8, 5, 3, routing, sees)
    mixed, known, unknown = (router(patches(task)).expand(2, 6, 5) for task in ([2, -1], [2, 2], None))
    torch.testing.assert_close(mixed, torch.stack([known[0], unknown[1]]))


@pytest.mark.parametrize(("routing", "sees"), EVERY)
def test_copies_of_a_trained_connector_change_nothing(routing, sees):
    trained, mixture = Mlp(8, 6, width=5), Experts(8, 6, tasks=3, routing=routing, sees=sees, width=5)
    mixture.start_as_copies(trained)
    for task in (None, [1, 2]):
        torch.testing.assert_close(mixture(patches(task)), trained(patches(task)))


def test_one_expert_a_task():
    trained = [Mlp(8, 6, width=5) for _ in range(3)]
    mixture = Experts(8, 6, tasks=3, experts=3, routing="hard", width=5)
    mixture.start_by_task(trained)
    for task in range(3):
        torch.testing.assert_close(mixture(patches([task, task])), trained[task](patches()))
    with pytest.raises(InputError, match="3 trained connectors do not fit 2 experts"):
        Experts(8, 6, experts=2, width=5).start_by_task(trained)


def test_the_output_is_the_weighed_mean_of_all_experts():
    mixture = Experts(8, 6, tasks=2, experts=3, width=5)
    given = patches([0, 1])
    weights, outputs = mixture.router(given), [expert(given) for expert in mixture.experts]
    expected = sum(weights[..., k, None] * output for k, output in enumerate(outputs))
    torch.testing.assert_close(mixture(given), expected)
    mixture(given).sum().backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in mixture.parameters())


def test_hard_routing_needs_an_expert_a_task():
    with pytest.raises(InputError, match="Hard routing needs an expert for each of 7 tasks, and there are 5"):
        Experts(8, 6, tasks=7, experts=5, routing="hard")
    with pytest.raises(InputError, match=r"no routing 'soft-max'; known are constant, hard, .* mean 'soft-softmax'"):
        Experts(8, 6, routing="soft-max")
    with pytest.raises(InputError, match="'tokn'; known are both, task, token; did you mean 'token'"):
        Experts(8, 6, sees="tokn")
