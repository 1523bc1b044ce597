"""Any image classifier of transformers as reference: a folder or a hub id, fine-tuned on the training cases.

Its own image processor prepares the images; its head is replaced by one for the classes at hand. How many steps it
learns is decided inside the training side: a first training on four fifths of the training cases, no group divided, is
looked at on the rest and stopped where that gets no better; then the classifier is trained anew on all of them for that
many steps. [own]
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoImageProcessor, AutoModelForImageClassification

from angiogram.data.cases import Cases
from angiogram.errors import InputError
from angiogram.files import sha256, sha256_of_text
from angiogram.hub import hub_errors_said, split_id
from angiogram.model.quiet import quiet
from angiogram.probe.inner import inner_folds
from angiogram.tap.batches import cut
from angiogram.train.references.augment import augmented
from angiogram.train.references.classifier import Batch, best_length, learn
from angiogram.train.references.kept import kept
from angiogram.train.references.task import Learned, Rows, Task, Training

ON_CPU = Training(steps=120, batch_size=16, learning_rate=5e-5)
ON_GPU = Training(steps=1000, batch_size=32, learning_rate=5e-5)
SHIFT = 0.05
"""Of the image's height: how far an augmented image is moved."""
AT_ONCE = 64
_SETTINGS, _WEIGHTS = ("config.json", "preprocessor_config.json"), (".safetensors", ".bin")


def pretrained(source: str, task: Task, train: Rows, test: Rows, training: Training | None = None) -> Learned:
    """The classifier of a folder or hub id (`owner/name` or `owner/name@revision`), tuned as a whole.

    Raises:
        InputError: there is no such classifier, it cannot be loaded here, memory is short, what the cache holds of it
            is damaged, or the disk is full.
    """
    device = task.loaded.device
    settings = training or (ON_CPU if device.type == "cpu" else ON_GPU)
    classifier = _Source(source)

    def learnt(checkpoint: Path) -> Learned:
        try:
            return _tuned(classifier, task, train, test, settings, checkpoint)
        except torch.OutOfMemoryError as error:
            raise InputError(f"'{source}' cannot be tuned in this memory; ask for another --reference.") from error

    groups = sha256_of_text(str(task.cases.groups[train].tolist()))  # they choose how long it learns
    return kept("pretrained", task, train, test, settings, f"{classifier.identity} {groups}", learnt)


class _Source:
    """A classifier's folder or hub id, and how it is loaded."""

    def __init__(self, source: str) -> None:
        self.folder = Path(source).expanduser()
        if not self.folder.is_dir():
            self.name, self.revision = split_id(source)
        else:
            self.name, self.revision = str(self.folder), None

    @property
    def identity(self) -> str:
        """What the classifier is before it is tuned: a hash of its files, or the commit on the hub.

        Raises:
            InputError: the folder holds no classifier, or the hub does not give it.
        """
        if self.folder.is_dir():
            files = sorted(path for path in self.folder.iterdir() if path.name in _SETTINGS or path.suffix in _WEIGHTS)
            if not files:
                raise InputError(f"The folder '{self.folder}' holds no image classifier: config.json is missing.")
            return " ".join(sha256(path) for path in files)
        with hub_errors_said(self.name, self.revision):
            config = AutoConfig.from_pretrained(self.name, revision=self.revision)
        return f"{self.name} {config._commit_hash}"

    def processor(self) -> Any:
        """Its image processor."""
        return self._load(AutoImageProcessor)

    def network(self, classes: int) -> nn.Module:
        """The network with a new head for K classes, where its own has another number.

        Raises:
            InputError: it cannot be loaded.
        """
        names = {k: str(k) for k in range(classes)}
        return self._load(AutoModelForImageClassification, id2label=names, ignore_mismatched_sizes=True)

    def _load(self, kind: Any, **options: Any) -> Any:
        try:
            if self.folder.is_dir():
                with quiet():
                    return kind.from_pretrained(self.folder, **options)
            with hub_errors_said(self.name, self.revision), quiet():
                return kind.from_pretrained(self.name, revision=self.revision, **options)
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:300]
            raise InputError(f"'{self.name}' is no image classifier that can be loaded here: {reason}") from error


class _Logits(nn.Module):
    """Pixels `[B, C, H, W]` -> logits `[B, K]`."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        return self.network(pixel_values=pixels).logits


def _tuned(source: _Source, task: Task, train: Rows, test: Rows, training: Training, checkpoint: Path) -> Learned:
    task.progress(f"training the reference {source.name} on {len(train)} images (once)")
    cases, device = task.cases, task.loaded.device
    images = _Images(source.processor(), cases, device)

    def network() -> nn.Module:
        torch.manual_seed(training.seed)
        return _Logits(source.network(len(cases.classes)))

    length = training.steps
    fold = inner_folds(cases.labels[train], cases.groups[train])
    if fold is None:
        task.progress(f"all {len(train)} training cases are of one group, by which no length can be chosen")
    else:
        rest, first = train[fold == 0], network()

        def accuracy() -> float:
            return float(np.mean(images.named_by(first, rest) == cases.labels[rest]))

        batch = images.batches(train[fold > 0], training.batch_size)
        length = best_length(first, batch, accuracy, training, checkpoint / "length", device, task.progress)
    chosen, final = replace(training, steps=length), network()
    batch = images.batches(train, training.batch_size)
    curve = learn(final, batch, chosen, checkpoint / "whole", device, task.progress)
    return Learned(images.named_by(final, test), chosen, curve)


class _Images:
    """Cases as the classifier's own processor prepares them."""

    def __init__(self, processor: Any, cases: Cases, device: torch.device) -> None:
        self.processor, self.cases, self.device = processor, cases, device

    def prepared(self, rows: Rows) -> Tensor:
        """Pixels `[n, C, H, W]`.

        Raises:
            InputError: the processor cannot prepare them.
        """
        images = [PIL.Image.fromarray(self.cases.read(self.cases.rows[row]).pixels).convert("RGB") for row in rows]
        try:
            return self.processor(images=images, return_tensors="pt")["pixel_values"]
        except (ValueError, TypeError, KeyError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:300]
            raise InputError(f"The reference's image processor cannot prepare these images: {reason}.") from error

    def batches(self, rows: Rows, size: int) -> Batch:
        """Draws augmented images of these rows, and their labels."""

        def batch(chance: torch.Generator) -> tuple[Tensor, Tensor]:
            drawn = rows[torch.randint(len(rows), (size,), generator=chance).numpy()]
            pixels = self.prepared(drawn)
            moved = augmented(pixels, max(1, round(SHIFT * pixels.shape[-2])), chance)
            return moved.to(self.device), torch.from_numpy(self.cases.labels[drawn]).to(self.device)

        return batch

    @torch.no_grad()
    def named_by(self, network: nn.Module, rows: Rows) -> Rows:
        """The class that the network names for each row, as an index `[n]`."""
        parts = (self.prepared(np.array(part)).to(self.device) for part in cut(rows.tolist(), AT_ONCE))
        return torch.cat([network(pixels).argmax(dim=1).cpu() for pixels in parts]).numpy()
