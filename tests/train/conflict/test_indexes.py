"""Indexes of tasks whose gradients are known, and whether the intervals hold them."""

import numpy as np
import pytest
import torch

from angiogram.errors import InputError
from angiogram.train.conflict.batch import Pull, pulls
from angiogram.train.conflict.indexes import conflict_of_gradients, conflict_of_steps
from angiogram.train.conflict.steps import step_gains
from tests.train.conflict.quadratics import ALIGNED, DOMINATING, OPPOSED, ORTHOGONAL, bowl

KNOWN = {
    "opposed": (OPPOSED, -1.0, 1.0), "orthogonal": (ORTHOGONAL, 0.0, 1.0), "aligned": (ALIGNED, 1.0, 1.0),
    "one dominates": (DOMINATING, -1.0, 18 / 82),
}  # fmt: skip
NO_SCORES = np.zeros(10, np.int64)


def drawn(centres, batches, noise, *, each=4, start=0):
    return [pulls(*bowl(centres, each=each, noise=noise, seed=start + k), [""])[""] for k in range(batches)]


def simulated(rng, batches, means, noise, width):
    """Pulls of `width` numbers, of which the first are the means, without a model."""
    halves = rng.normal(scale=noise * np.sqrt(2), size=(batches, len(means), 2, width))
    halves[..., : means.shape[1]] += means[:, None]
    g = halves.mean(axis=2)
    products, repeated = g @ g.swapaxes(1, 2), (halves[:, :, 0] * halves[:, :, 1]).sum(axis=-1)
    return [Pull(p, r, NO_SCORES) for p, r in zip(products, repeated, strict=True)]


@pytest.mark.parametrize("name", KNOWN)
def test_tasks_without_noise(name):
    centres, direction, magnitude = KNOWN[name]
    found = conflict_of_gradients(drawn(centres, 3, 0.0))
    for i, j in ((0, 1), (1, 0)):
        assert found.direction[i][j].value == pytest.approx(direction, abs=1e-6)
        assert found.magnitude[i][j].value == pytest.approx(magnitude, abs=1e-6)
        assert found.direction[i][j].high - found.direction[i][j].low == pytest.approx(0, abs=1e-6)
        assert found.index[i].value == pytest.approx(1 + direction * magnitude, abs=1e-6)
        assert found.direction[i][i].value == found.magnitude[i][i].value == 1


@pytest.mark.parametrize("name", KNOWN)
def test_steps_without_noise(name):
    centres, direction, magnitude = KNOWN[name]
    step = 0.01
    model, losses, tasks = bowl(centres)
    found = conflict_of_steps([step_gains(model, losses, tasks, "", step)] * 2, drawn(centres, 2, 0.0))
    lengths = np.linalg.norm(centres, axis=1)
    for i, j in ((0, 1), (1, 0)):
        # a bowl loses s^2 / 2 of what its slope promises
        wanted = (direction * lengths[i] - step / 2) / (lengths[i] - step / 2)
        assert found.direction[i][j].value == pytest.approx(wanted, abs=1e-3)
        assert found.index[i].value == pytest.approx(1 + wanted * magnitude, abs=1e-3)


@pytest.mark.parametrize("name", KNOWN)
def test_noise_does_not_pull_to_zero_as_it_does_the_cosines_of_batches(name):
    centres, direction, _ = KNOWN[name]
    of_batches = drawn(centres, 60, noise=1.5)
    found = conflict_of_gradients(of_batches).direction[0][1]
    assert found.low <= direction <= found.high and abs(found.value - direction) < 0.35
    cosines = [pull.products[0, 1] / np.sqrt(pull.products[0, 0] * pull.products[1, 1]) for pull in of_batches]
    if direction:
        assert abs(np.mean(cosines)) < 0.85 < abs(found.value)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    angle = np.deg2rad(110)
    means = np.array([[1.0, 0.0], [2 * np.cos(angle), 2 * np.sin(angle)]])
    held, runs = 0, 200
    for run in range(runs):
        found = conflict_of_gradients(simulated(rng, 40, means, 0.3, 50), seed=run)
        interval = found.direction[0][1]
        held += interval.low <= np.cos(angle) <= interval.high
        assert -1 <= interval.low <= interval.value <= interval.high <= 1
    assert 0.9 <= held / runs <= 0.99


def test_products_within_batches_are_without_bias():
    rng = np.random.default_rng(0)
    means = np.array([[1.0, 0.5], [-0.5, 1.0], [2.0, 0.0]])
    found = simulated(rng, 20_000, means, 0.5, 10)
    wanted = means @ means.T
    products = np.mean([pull.products for pull in found], axis=0)
    off = ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(products[off], wanted[off], atol=0.02)
    np.testing.assert_allclose(np.mean([pull.repeated for pull in found], axis=0), np.diag(wanted), atol=0.05)
    assert (np.diag(products) > np.diag(wanted) + 2).all()  # what the noise adds to |g|^2


def test_pure_noise_is_said_to_be_unknown():
    found = conflict_of_gradients(simulated(np.random.default_rng(0), 30, np.zeros((2, 1)), 1.0, 40)).direction[0][1]
    assert found.low < -0.9 and found.high > 0.9


def test_scale_and_order_of_tasks():
    of_batches = drawn([[1.0, 0.5, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 5, 0.2)
    found = conflict_of_gradients(of_batches)
    larger = conflict_of_gradients([Pull(1e6 * p.products, 1e6 * p.repeated, p.scores) for p in of_batches])
    order = [2, 0, 1]
    turned = conflict_of_gradients([Pull(p.products[order][:, order], p.repeated[order], p.scores) for p in of_batches])
    for i in range(3):
        assert larger.index[i].value == pytest.approx(found.index[i].value)
        assert turned.index[i].value == pytest.approx(found.index[order[i]].value)
        for j in range(3):
            assert found.direction[i][j].value == pytest.approx(found.direction[j][i].value)
            assert found.magnitude[i][j].value == pytest.approx(found.magnitude[j][i].value)


def test_a_task_without_gradient_touches_nobody():
    found = conflict_of_gradients(drawn([[1.0, 0.0], [0.0, 0.0]], 3, 0.0))
    assert found.direction[0][1].value == found.magnitude[0][1].value == 0 and found.index[0].value == 1


def test_one_batch_is_too_few():
    with pytest.raises(InputError, match="two batches or more, not 1"):
        conflict_of_gradients(drawn(OPPOSED, 1, 0.0))


def test_steps_leave_the_model_as_it_was():
    model, losses, tasks = bowl(ALIGNED, noise=1.0)
    before = model.theta.clone()
    gains = step_gains(model, losses, tasks, "", 0.3)
    assert torch.equal(model.theta, before) and model.theta.grad is None and model.theta.requires_grad
    assert gains.shape == (2, 2)
    with pytest.raises(InputError, match="length above 0, not -1"):
        step_gains(model, losses, tasks, "", -1.0)


def test_small_steps_are_the_first_order():
    centres = [[1.0, 0.5, 0.0], [-1.0, 1.0, 0.0]]
    gains = []
    for seed in range(40):
        model, losses, tasks = bowl(centres, noise=0.2, seed=seed)
        gains.append(step_gains(model.double(), losses, tasks, "", 1e-4))
    of_batches = drawn(centres, 40, 0.2)
    small, first = conflict_of_steps(gains, of_batches), conflict_of_gradients(of_batches)
    assert small.direction[0][1].value == pytest.approx(first.direction[0][1].value, abs=0.06)
    assert small.direction[1][0].value == pytest.approx(first.direction[1][0].value, abs=0.06)
