"""What a step along one task's gradient does to the losses of all tasks."""

from collections.abc import Generator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.train.conflict.gramians import holders
from angiogram.train.conflict.halves import Halves
from angiogram.train.conflict.task_gradients import Losses


def step_gains(model: nn.Module, losses: Losses, tasks: Tensor, module: str, step: float) -> NDArray[np.float64]:
    """`D_j L_i = L_i(theta) - L_i(theta - s grad L_j / |grad L_j|)` in one batch, theta the parameters of a module.

    The gradients are of the first half of each task's samples and the losses of the second: on the same samples, a step
    along its own gradient would seem to help a task by what is only noise. [own] This takes m backward and 2m + 1
    forward passes, keeps one gradient of the module and a copy of its parameters, and leaves the model as it was.

    Args:
        model: in evaluation: chance in it would be taken for a gain.
        losses: from the model to the loss of each sample, `[B]`.
        tasks: number of each sample's task, `[B]`, from 0 to m - 1; each has two samples or more.
        module: name of the module whose trainable parameters make the step.
        step: s, its length.

    Returns:
        `[m, m]`, rows i; a column of zeros where a task has no gradient on the module.

    Raises:
        InputError: the step is not positive, the module is not there or has nothing to train, or a task has fewer than
            two samples.

    >>> layer = nn.Linear(2, 1, bias=False)
    >>> x = torch.tensor([[1.0, 0.0], [1.0, 0.0], [-3.0, 0.0], [-3.0, 0.0]])
    >>> step_gains(layer, lambda m: m(x)[:, 0], torch.tensor([0, 0, 1, 1]), "", 0.5).round(5).tolist()
    [[0.5, -0.5], [-1.5, 1.5]]
    """
    if not step > 0:
        raise InputError(f"A step must have a length above 0, not {step}.")
    parameters = list(holders(model, [module]))
    groups = Halves.of(tasks).groups
    count = int(groups.max()) // 2 + 1
    with torch.no_grad():
        before = _second_halves(losses(model), groups, count)
    gains = np.zeros((count, count))
    for j in range(count):
        loss = losses(model)[groups == 2 * j].mean()
        gradients = torch.autograd.grad(loss, parameters, materialize_grads=True)
        length = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients])).item()
        if length > 0:
            with torch.no_grad(), _moved(parameters, gradients, step / length):
                gains[:, j] = before - _second_halves(losses(model), groups, count)
    return gains


def _second_halves(values: Tensor, groups: Tensor, count: int) -> NDArray[np.float64]:
    """Mean loss of each task's second half, `[m]`."""
    return np.array([values[groups == 2 * i + 1].double().mean().item() for i in range(count)])


@contextmanager
def _moved(parameters: list[nn.Parameter], gradients: tuple[Tensor, ...], factor: float) -> Generator[None]:
    """Inside, the parameters stand at `theta - factor g`; afterwards exactly where they stood."""
    kept = [parameter.clone() for parameter in parameters]
    try:
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.sub_(gradient, alpha=factor)
        yield
    finally:
        for parameter, old in zip(parameters, kept, strict=True):
            parameter.copy_(old)
