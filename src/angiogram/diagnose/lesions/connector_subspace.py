"""Connector: the directions that tell the classes apart are projected out of its output."""

import math
from functools import partial

import numpy as np
import torch
from torch import Tensor

from angiogram.diagnose.lesions.connectors import connector_outputs
from angiogram.diagnose.lesions.discriminative import Directions, discriminative_directions
from angiogram.diagnose.lesions.lesion import Lesion
from angiogram.diagnose.lesions.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Take directions out of every token, and so out of every mean.

    What only the tokens' places tell (left from right) is left, unless the material's rows are those of the image's
    quarters.
    """
    for tap, path in connector_outputs(planting.loaded.anatomy).items():
        features = planting.material.of_tap(tap)
        means, further = discriminative_directions(features, planting.material.labels)
        taken = torch.from_numpy(share(means, further, planting.strength)).float()
        centre = torch.from_numpy(features.mean(axis=0)).float()
        planting.output(planting.loaded.model.get_submodule(path), partial(_without, taken, centre))
    return planting.loaded


def share(means: Directions, further: Directions, strength: float) -> Directions:
    """Those of the means first, all of them at one half, then the further ones, all of them at 1.

    >>> share(np.eye(4)[:2], np.eye(4)[2:], 0.2).shape, share(np.eye(4)[:2], np.eye(4)[2:], 0.6).shape
    ((1, 4), (3, 4))
    """
    first = math.ceil(min(1.0, 2 * strength) * len(means))
    then = math.ceil(max(0.0, 2 * strength - 1) * len(further))
    return np.concatenate([means[:first], further[:then]])


def _without(directions: Tensor, centre: Tensor, states: Tensor) -> Tensor:
    """States `[..., D]` of which the part along orthonormal directions `[m, D]` is the centre's."""
    directions, centre = directions.to(states.device), centre.to(states.device)
    apart = states.float() - centre
    return (apart - (apart @ directions.T) @ directions + centre).to(states.dtype)


LESION = Lesion(
    "connector-subspace",
    "connector",
    "The directions that tell the classes apart are projected out of the connector's output.",
    plant,
)
