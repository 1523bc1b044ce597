"""The specialist: a small CNN trained from scratch on the same split, the reference that a model is measured against.

A ResNet with basic blocks on grey 112 px images, augmented by shifts, contrast and noise; never flipped or turned,
since left and right are classes. [own]
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import ResNetConfig, ResNetForImageClassification

from angiogram.cache import Progress, cached_folder
from angiogram.data.cases import Cases
from angiogram.train.loop import Schedule, fit

SIDE = 112
SHIFT = 6


@dataclass(frozen=True)
class SpecialistSettings:
    """How the specialist is trained; part of its provenance."""

    steps: int = 500
    batch_size: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warmup: float = 0.1
    seed: int = 0


def specialist_predictions(
    cases: Cases,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    cache: Path,
    progress: Progress,
    settings: SpecialistSettings = SpecialistSettings(),
) -> NDArray[np.int64]:
    """Class index that a CNN trained on the rows `train` gives to each of the rows `test`.

    The trained network is kept in the cache with its provenance, keyed by the training images, labels and settings.

    Raises:
        InputError: the cached network is damaged.
    """
    pixels = _standardised(cases, train)  # [n, 1, S, S]
    labels = torch.from_numpy(cases.labels[train])
    digest = hashlib.sha256(f"{settings}{cases.classes}{labels.tolist()}".encode())
    digest.update(pixels.numpy().tobytes())
    name = f"specialist-{digest.hexdigest()[:16]}"

    checkpoint = cache / f"{name}.checkpoint"

    def make(folder: Path) -> None:
        progress(f"training the specialist CNN on {len(train)} images (once)")
        network = _network(len(cases.classes), settings.seed)
        _train(network, pixels, labels, settings, checkpoint, progress)
        save_file(network.state_dict(), folder / "model.safetensors")
        provenance = {**asdict(settings), "cases": cases.name, "images": len(train), "classes": list(cases.classes)}
        (folder / "provenance.json").write_text(json.dumps(provenance, indent=1))

    folder = cached_folder(cache / name, make)
    shutil.rmtree(checkpoint, ignore_errors=True)
    network = _network(len(cases.classes), settings.seed)
    network.load_state_dict(load_file(folder / "model.safetensors"))
    return _predict(network.eval(), _standardised(cases, test))


def _network(classes: int, seed: int) -> ResNetForImageClassification:
    torch.manual_seed(seed)
    config = ResNetConfig(
        num_channels=1, embedding_size=32, hidden_sizes=[32, 64, 128, 256], depths=[1, 1, 1, 1], layer_type="basic"
    )
    config.num_labels = classes
    return ResNetForImageClassification(config)


def _standardised(cases: Cases, rows: NDArray[np.int64]) -> Tensor:
    """Grey pixels `[n, 1, SIDE, SIDE]`, scaled to about -2..2."""
    images = [PIL.Image.fromarray(cases.read(cases.rows[row]).pixels).convert("L").resize((SIDE, SIDE)) for row in rows]
    return torch.from_numpy(np.stack([np.asarray(image, dtype=np.float32) for image in images]))[:, None] / 64 - 2


def _train(
    network: nn.Module,
    pixels: Tensor,
    labels: Tensor,
    settings: SpecialistSettings,
    checkpoint: Path,
    progress: Progress,
) -> None:
    def loss(model: nn.Module, draw: int) -> Tensor:
        chance = torch.Generator().manual_seed(settings.seed * 1_000_003 + draw)
        rows = torch.randint(len(pixels), (settings.batch_size,), generator=chance)
        return model(pixel_values=_augmented(pixels[rows], chance), labels=labels[rows]).loss

    groups: list[dict[str, object]] = [{"params": list(network.parameters()), "lr": settings.learning_rate}]
    schedule = Schedule(settings.steps, settings.warmup, settings.seed, settings.weight_decay, keep_every=100)
    fit(network, loss, groups, schedule, checkpoint, checkpoint.stem, progress)


def _augmented(pixels: Tensor, chance: torch.Generator) -> Tensor:
    """Each image moved by up to SHIFT pixels, with its own contrast, brightness and noise."""
    count = len(pixels)
    padded = nn.functional.pad(pixels, (SHIFT,) * 4, mode="replicate")
    offsets = torch.randint(2 * SHIFT + 1, (count, 2), generator=chance).tolist()
    moved = torch.stack([image[:, y : y + SIDE, x : x + SIDE] for image, (y, x) in zip(padded, offsets, strict=True)])
    contrast = 1 + 0.2 * torch.randn(count, 1, 1, 1, generator=chance)
    brightness = 0.2 * torch.randn(count, 1, 1, 1, generator=chance)
    return moved * contrast + brightness + 0.1 * torch.randn(moved.shape, generator=chance)


@torch.no_grad()
def _predict(network: nn.Module, pixels: Tensor) -> NDArray[np.int64]:
    return torch.cat([network(pixel_values=batch).logits.argmax(dim=1) for batch in pixels.split(64)]).numpy()
