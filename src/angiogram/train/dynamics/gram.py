"""The Gram matrix of the gradients of a batch's samples, in the middle of a training and without a trace in it."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from angiogram.train.conflict.gramians import gramians
from angiogram.train.conflict.randomness import Randomness
from angiogram.train.conflict.task_gradients import Losses


def gram_of_samples(
    model: nn.Module, losses: Losses, samples: int, modules: Iterable[str], packed: Sequence[Tensor] = ()
) -> dict[str, Tensor]:
    """The inner products of the n gradients of n samples' losses, over the trained parameters of each module.

    One forward and one backward pass, by the machinery of the tug-of-war with each sample as a task of its own: the n
    gradients never exist together. The model stays in the mode it is in, so that a model in training is measured with
    its dropout. Afterwards all is as before: parameters and whatever `.grad` they have, buffers, the state of torch's
    random numbers.

    Args:
        model: whose trainable parameters count, e.g. those of LoRA layers alone; on one device, and not wrapped for
            several ranks.
        losses: from the model to the loss of each sample, `[n]`, each from its own sample alone.
        samples: n.
        modules: their names in the model; they may hold each other. The empty name is the model itself.
        packed: see `visit_task_gradients`.

    Returns:
        Of each module `[n, n]`, float64, on the CPU; zeros where its parameters get no gradient.

    Raises:
        InputError: a module is not there or has nothing to train, or samples cannot be told apart in one of them; see
            `visit_task_gradients`.

    >>> layer = nn.Linear(2, 1, bias=False)
    >>> x = torch.tensor([[1.0, 0.0], [-3.0, 2.0], [0.0, 1.0]])
    >>> gram_of_samples(layer, lambda m: m(x)[:, 0], 3, [""])[""].tolist()
    [[1.0, -3.0, 0.0], [-3.0, 13.0, 2.0], [0.0, 2.0, 1.0]]
    """
    device = next(model.parameters()).device
    with _untouched(model):
        return gramians(model, losses, torch.arange(samples, device=device), modules, packed)


@contextmanager
def _untouched(model: nn.Module) -> Generator[None]:
    """Afterwards buffers and random numbers are what they were."""
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    try:
        with Randomness.now().again():
            yield
    finally:
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)
