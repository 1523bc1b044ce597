"""Training a classifier of images by cross-entropy, in steps that an interruption does not change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.cache import Progress
from angiogram.model.precision import native_precision
from angiogram.train.loop import Stop, fit, never
from angiogram.train.piece import one_pass
from angiogram.train.references.task import Training
from angiogram.train.schedule import Schedule

Batch = Callable[[torch.Generator], tuple[Any, Tensor]]
LOOKS, PATIENCE = 10, 3
"""Looks at the held-out images in a whole training, and how many in a row may be no better."""


class Classifier(nn.Module):
    """A network with its loss.

    Args:
        network: inputs -> logits `[B, K]`.
        steps: of the training.

    Attributes:
        curve: the loss of each step, `[steps]`; a buffer, so that a checkpoint holds it too.
        looks: accuracy on held-out images at each look, `[LOOKS]`, negative where none was taken; likewise.
    """

    curve: Tensor
    looks: Tensor

    def __init__(self, network: nn.Module, steps: int) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("curve", torch.zeros(steps))
        self.register_buffer("looks", torch.full((LOOKS,), -1.0))

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
    _fit(classifier, batch, training, checkpoint, device, progress, never)
    return tuple(classifier.curve.tolist())


def best_length(
    network: nn.Module,
    batch: Batch,
    accuracy: Callable[[], float],
    training: Training,
    checkpoint: Path,
    device: torch.device,
    progress: Progress,
) -> int:
    """How many steps to train: those after which `network`, trained in place, was most accurate on images held back.

    It is looked at ten times in a whole training, which ends where three looks in a row are no better.

    Args:
        accuracy: of the network as it is, on the images held back.
        network, batch, training, checkpoint, device, progress: as `learn`.

    Raises:
        InputError: the checkpoint is damaged, or the disk is full.
    """
    classifier = Classifier(network, training.steps)
    every = max(1, training.steps // LOOKS)

    def stop(done: int) -> bool:
        if done % every or done // every > LOOKS:
            return False
        network.eval()
        value, look = accuracy(), done // every - 1
        network.train()
        classifier.looks[look] = value
        progress(f"step {done}: {100 * value:.1f} % of the images held back")
        return look - int(classifier.looks.argmax()) >= PATIENCE

    _fit(classifier, batch, training, checkpoint, device, progress, stop)
    return (int(classifier.looks.argmax()) + 1) * every


def arithmetic(device: torch.device) -> torch.autocast:
    """The mixed precision in which Accelerate trains."""
    trained_here = device.type == "cuda" or not torch.cuda.is_available()
    return torch.autocast(device.type, torch.bfloat16, enabled=trained_here and native_precision() == "bfloat16")


def _fit(
    classifier: Classifier,
    batch: Batch,
    training: Training,
    checkpoint: Path,
    device: torch.device,
    progress: Progress,
    stop: Stop,
) -> None:
    def loss(model: nn.Module, draw: int) -> Tensor:
        chance = torch.Generator().manual_seed(training.seed * 1_000_003 + draw)
        inputs, labels = batch(chance)
        return model(draw, inputs, labels)

    parameters = list(classifier.network.parameters())
    groups = [{"params": parameters, "lr": training.learning_rate}]
    every = max(10, training.steps // 10)
    schedule = Schedule(training.steps, training.warmup, training.seed, training.weight_decay, keep_every=every)
    conditions = {"training": checkpoint.stem}
    fit(classifier, one_pass(loss), groups, schedule, checkpoint, conditions, progress, device=device, stop=stop)
