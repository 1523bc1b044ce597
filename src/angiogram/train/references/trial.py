"""Whether a classifier can be tuned to the cases at hand, seen before anything slow is begun."""

import numpy as np
import torch
from torch import nn

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.errors import InputError, reason_of
from angiogram.train.references.classifier import arithmetic
from angiogram.train.references.pictures import Pictures
from angiogram.train.references.source import Source

IMAGES = 2


def try_classifier(source: str, cases: Cases, progress: Progress) -> None:
    """Load a classifier and take it through one training step, on the CPU; what is learnt is thrown away.

    Args:
        source: a folder or hub id.
        cases: its classes are those of the new head.
        progress: receives one line.

    Raises:
        InputError: it cannot be loaded, does not run on its own processor's pixels, or has no logit for each class.
    """
    classifier, device, classes = Source(source, progress), torch.device("cpu"), len(cases.classes)
    progress(f"trying the reference {classifier.name} on {IMAGES} images")
    pictures = Pictures(classifier.processor(), cases, device)
    network = classifier.network(classes).train()
    pixels, labels = pictures.batches(np.arange(len(cases)), IMAGES)(torch.Generator().manual_seed(0))
    try:
        with arithmetic(device):
            logits = network(pixels)
        if logits.shape == (IMAGES, classes):
            nn.functional.cross_entropy(logits.float(), labels).backward()
    except Exception as error:  # any network may raise anything
        raise InputError(
            f"The reference '{classifier.name}' cannot be tuned on what its image processor makes, pixels of shape "
            f"{list(pixels.shape)}: {reason_of(error)}."
        ) from error
    if logits.shape != (IMAGES, classes):
        raise InputError(
            f"The reference '{classifier.name}' gives logits of shape {list(logits.shape)} for {IMAGES} images of "
            f"{classes} classes."
        )
