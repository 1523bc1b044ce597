"""References trained from scratch on the images alone: a CNN and a ViT, small enough for a few hundred images.

Both see grey images of 112 px, augmented by shifts, contrast and noise; never flipped or turned, since left and right
are classes. [own]
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import ResNetConfig, ResNetForImageClassification, ViTConfig, ViTForImageClassification

from angiogram.data.cases import Cases
from angiogram.train.references.augment import augmented
from angiogram.train.references.classifier import learn
from angiogram.train.references.kept import kept, taught
from angiogram.train.references.shipped import load_shipped, write_shipped
from angiogram.train.references.task import Learned, Rows, Task, Training

SIDE = 112
SHIFT = 6
IDENTITY = f"{SIDE} px, shifts of {SHIFT}"
CNN = Training(steps=500, batch_size=32, learning_rate=2e-3)
VIT = Training(steps=500, batch_size=32, learning_rate=1e-3)


def cnn(task: Task, train: Rows, test: Rows, training: Training = CNN) -> Learned:
    """A ResNet with basic blocks.

    Raises:
        InputError: what the cache holds of it is damaged, or the disk is full.
    """
    return _from_scratch("cnn", _resnet, task, train, test, training)


def vit(task: Task, train: Rows, test: Rows, training: Training = VIT) -> Learned:
    """A ViT of six narrow blocks on patches of 16 px.

    Raises:
        InputError: what the cache holds of it is damaged, or the disk is full.
    """
    return _from_scratch("vit", _vit, task, train, test, training)


class _Grey(nn.Module):
    """Pixels `[B, 1, SIDE, SIDE]` -> logits `[B, K]`."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network(pixel_values=pixels).logits


def _resnet(classes: int) -> nn.Module:
    config = ResNetConfig(
        num_channels=1, embedding_size=32, hidden_sizes=[32, 64, 128, 256], depths=[1, 1, 1, 1], layer_type="basic"
    )
    config.num_labels = classes
    return ResNetForImageClassification(config)


def _vit(classes: int) -> nn.Module:
    config = ViTConfig(
        num_channels=1, image_size=SIDE, patch_size=16, hidden_size=192, intermediate_size=384, num_hidden_layers=6,
        num_attention_heads=6,
    )  # fmt: skip
    config.num_labels = classes
    return ViTForImageClassification(config)


def _from_scratch(
    name: str, network_for: Callable[[int], nn.Module], task: Task, train: Rows, test: Rows, training: Training
) -> Learned:
    cases, device = task.cases, task.loaded.device

    def learnt(checkpoint: Path) -> Learned:
        network = _Grey(network_for(len(cases.classes)))
        curve = load_shipped(network, taught(name, task, train, training, IDENTITY))
        if curve is None:
            task.progress(f"training the reference {name} on {len(train)} images (once)")
            network, curve = _trained(network_for, task, train, training, checkpoint)
        return Learned(_predict(network.to(device), _standardised(cases, test), device), training, curve)

    return kept(name, task, train, test, training, IDENTITY, learnt)


def write_cnn(task: Task, train: Rows, folder: Path) -> None:
    """Train `cnn` on these rows and write it as it ships: see `shipped`.

    Raises:
        InputError: the disk is full.
    """
    checkpoint = folder.with_suffix(".checkpoint")
    network, curve = _trained(_resnet, task, train, CNN, checkpoint)
    write_shipped(network, taught("cnn", task, train, CNN, IDENTITY), CNN, curve, folder)
    shutil.rmtree(checkpoint, ignore_errors=True)


def _trained(
    network_for: Callable[[int], nn.Module], task: Task, train: Rows, training: Training, checkpoint: Path
) -> tuple[nn.Module, tuple[float, ...]]:
    cases, device = task.cases, task.loaded.device
    torch.manual_seed(training.seed)
    network = _Grey(network_for(len(cases.classes)))
    pixels, labels = _standardised(cases, train), torch.from_numpy(cases.labels[train])

    def batch(chance: torch.Generator) -> tuple[Tensor, Tensor]:
        rows = torch.randint(len(pixels), (training.batch_size,), generator=chance)
        return augmented(pixels[rows], SHIFT, chance).to(device), labels[rows].to(device)

    return network, learn(network, batch, training, checkpoint, device, task.progress)


def _standardised(cases: Cases, rows: Rows) -> Tensor:
    """Grey pixels `[n, 1, SIDE, SIDE]`, scaled to about -2..2."""
    images = [PIL.Image.fromarray(cases.read(cases.rows[row]).pixels).convert("L").resize((SIDE, SIDE)) for row in rows]
    return torch.from_numpy(np.stack([np.asarray(image, dtype=np.float32) for image in images]))[:, None] / 64 - 2


@torch.no_grad()
def _predict(network: nn.Module, pixels: Tensor, device: torch.device) -> NDArray[np.int64]:
    return torch.cat([network(batch.to(device)).argmax(dim=1).cpu() for batch in pixels.split(64)]).numpy()
