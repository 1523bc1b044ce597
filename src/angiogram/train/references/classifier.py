"""Training a classifier of images by cross-entropy, in steps that an interruption does not change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.cache import Progress
from angiogram.train.loop import Schedule, fit
from angiogram.train.references.task import Training

Batch = Callable[[torch.Generator], tuple[Any, Tensor]]


class Classifier(nn.Module):
    """A network with its loss.

    Args:
        network: inputs -> logits `[B, K]`.
        steps: of the training.

    Attributes:
        curve: the loss of each step, `[steps]`; a buffer, so that a checkpoint holds it too.
    """

    curve: Tensor

    def __init__(self, network: nn.Module, steps: int) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("curve", torch.zeros(steps))

    def forward(self, draw: int, inputs: Any, labels: Tensor) -> Tensor:
        """The mean cross-entropy of a batch with labels `[B]`."""
        loss = nn.functional.cross_entropy(self.network(inputs).float(), labels)
        self.curve[draw] = loss.detach()
        return loss


def learn(
    network: nn.Module,
    batch: Batch,
    training: Training,
    checkpoint: Path,
    device: torch.device,
    progress: Progress,
) -> tuple[float, ...]:
    """Train `network` in place on `device` and leave it there, in evaluation mode.

    Args:
        network: inputs -> logits `[B, K]`; all its parameters are trained.
        batch: draws inputs and labels by a generator whose seed is the step.
        training: the settings.
        checkpoint: its name is the run's identity.
        device: where the network and the batches are.
        progress: receives one line every ten steps.

    Returns:
        The loss of each step.

    Raises:
        InputError: the checkpoint is damaged, or the disk is full.
    """
    classifier = Classifier(network, training.steps)

    def loss(model: nn.Module, draw: int) -> Tensor:
        chance = torch.Generator().manual_seed(training.seed * 1_000_003 + draw)
        inputs, labels = batch(chance)
        return model(draw, inputs, labels)

    groups: list[dict[str, object]] = [{"params": list(network.parameters()), "lr": training.learning_rate}]
    every = max(10, training.steps // 10)
    schedule = Schedule(training.steps, training.warmup, training.seed, training.weight_decay, keep_every=every)
    fit(classifier, loss, groups, schedule, checkpoint, checkpoint.stem, progress, device)
    return tuple(classifier.curve.tolist())
