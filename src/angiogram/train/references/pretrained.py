"""Any image classifier of transformers as reference: a folder or a hub id, fine-tuned on the training cases.

Its own image processor prepares the images; its head is replaced by one for the classes at hand. How many steps it
learns is decided inside the training side: a first training on four fifths of the training cases, no group divided, is
looked at on the rest and stopped where that gets no better; then the classifier is trained anew on all of them for that
many steps. [own]
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from angiogram.errors import InputError
from angiogram.files import sha256_of_text
from angiogram.probe.inner import inner_folds
from angiogram.train.references.classifier import best_length, learn
from angiogram.train.references.kept import kept
from angiogram.train.references.pictures import SHIFT, Pictures
from angiogram.train.references.source import Source
from angiogram.train.references.task import Learned, Rows, Task, Training

ON_CPU = Training(steps=120, batch_size=16, learning_rate=5e-5)
ON_GPU = Training(steps=1000, batch_size=32, learning_rate=5e-5)
IDENTITY = f"float32, PIL, shifts of {SHIFT}"


def pretrained(source: str, task: Task, train: Rows, test: Rows, training: Training | None = None) -> Learned:
    """The classifier of a folder or hub id (`owner/name` or `owner/name@revision`), tuned as a whole.

    Raises:
        InputError: there is no such classifier, it cannot be loaded here, memory is short, what the cache holds of it
            is damaged, or the disk is full.
    """
    device = task.loaded.device
    settings = training or (ON_CPU if device.type == "cpu" else ON_GPU)
    classifier = Source(source, task.progress)

    def learnt(checkpoint: Path) -> Learned:
        try:
            return _tuned(classifier, task, train, test, settings, checkpoint)
        except torch.OutOfMemoryError as error:
            raise InputError(f"'{source}' cannot be tuned in this memory; ask for another --reference.") from error

    groups = sha256_of_text(str(task.cases.groups[train].tolist()))  # they choose how long it learns
    return kept("pretrained", task, train, test, settings, f"{IDENTITY} {classifier.identity} {groups}", learnt)


def _tuned(source: Source, task: Task, train: Rows, test: Rows, training: Training, checkpoint: Path) -> Learned:
    task.progress(f"training the reference {source.name} on {len(train)} images (once)")
    cases, device = task.cases, task.loaded.device
    pictures = Pictures(source.processor(), cases, device)

    def network() -> nn.Module:
        torch.manual_seed(training.seed)
        return source.network(len(cases.classes))

    length = training.steps
    fold = inner_folds(cases.labels[train], cases.groups[train])
    if fold is None:
        task.progress(f"all {len(train)} training cases are of one group, by which no length can be chosen")
    else:
        rest, first = train[fold == 0], network()

        def accuracy() -> float:
            return float(np.mean(pictures.named_by(first, rest) == cases.labels[rest]))

        batch = pictures.batches(train[fold > 0], training.batch_size)
        length = best_length(first, batch, accuracy, training, checkpoint / "length", device, task.progress)
    chosen, final = replace(training, steps=length), network()
    batch = pictures.batches(train, training.batch_size)
    curve = learn(final, batch, chosen, checkpoint / "whole", device, task.progress)
    return Learned(pictures.named_by(final, test), chosen, curve)
