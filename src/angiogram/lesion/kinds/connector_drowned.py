"""Connector: noise wherever the cases differ, and nowhere else."""

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.discriminative import discriminative_directions
from angiogram.lesion.handover import Site
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.noise import token_noise
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

MOST = 16.0


def plant(planting: Planting) -> LoadedModel:
    """Add noise of each image's own along the directions in which classes and cases differ.

    At strength 1 it is 16 times as wide in each of them as the training cases are. What is common to all cases, by
    which the language model knows an image token, stays.
    """
    for tap, path in connector_outputs(planting.loaded.anatomy).items():
        scaled = differences(planting.material.of_tap(tap), planting.material.labels)
        directions = torch.from_numpy(planting.strength * MOST * scaled).float()
        planting.each_image(Site(path, "output", "connected"), partial(_noisy, planting, path, directions))
    return planting.loaded


def differences(features: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Orthogonal directions `[m, D]` in which cases differ, each as long as the cases are wide in it.

    Args:
        features: `[N, R, D]`.
        labels: `[N]`.

    Raises:
        InputError: fewer than two classes.
    """
    directions = np.concatenate(discriminative_directions(features, labels))
    rest = features - features.mean(axis=0)
    widths = np.sqrt(np.square(rest @ directions.T).mean(axis=(0, 1)))  # [m]
    return widths[:, None] * directions


def _noisy(planting: Planting, path: str, directions: Tensor, key: int, tokens: Tensor, placed: Tensor) -> Tensor:
    noise = token_noise(planting, path, key, len(tokens), len(directions)).to(tokens.device)
    return tokens + noise @ directions.to(tokens.device)


LESION = Lesion(
    "connector-differences-drowned", "connector", frozenset({"connector"}), "balanced",
    "Noise covers the directions of the connector's output in which the cases differ, other noise for every image.",
    "The class is in the encoder's output; behind the connector noise that no probe can foresee is wider than it.",
    plant,
)  # fmt: skip
