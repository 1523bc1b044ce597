"""Connector: the directions that tell the classes apart are projected out of its output."""

import math
from functools import partial

import numpy as np
import torch
from torch import Tensor

from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.discriminative import Directions, discriminative_directions
from angiogram.lesion.handover import Site
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Take directions out of every token, and so out of every mean; above one half the tokens also lose their variety.

    At one half the classes are gone for a linear probe of the tokens' mean and of every part of the image that was
    pooled. How the tokens of a part differ may still tell them, for all that is not linear behind the connector. At
    strength 1 all tokens are their mean.
    """
    for tap, path in connector_outputs(planting.loaded.anatomy).items():
        features = planting.material.of_tap(tap)
        taken = share(*discriminative_directions(features, planting.material.labels), planting.strength)
        directions, centre = (torch.from_numpy(rows).float() for rows in (taken, features[:, 0].mean(axis=0)))
        variety = min(1.0, 2 - 2 * planting.strength)
        planting.each_image(Site(path, "output", "connected"), partial(_without, directions, centre, variety))
    return planting.loaded


def share(means: Directions, further: Directions, strength: float) -> Directions:
    """Those of the means first, all of them at one half, then the further ones, all of them at 1.

    >>> share(np.eye(4)[:2], np.eye(4)[2:], 0.2).shape, share(np.eye(4)[:2], np.eye(4)[2:], 0.6).shape
    ((1, 4), (3, 4))
    """
    first = math.ceil(min(1.0, 2 * strength) * len(means))
    then = math.ceil(max(0.0, 2 * strength - 1) * len(further))
    return np.concatenate([means[:first], further[:then]])


def _without(directions: Tensor, centre: Tensor, variety: float, _: int, tokens: Tensor, placed: Tensor) -> Tensor:
    """Tokens `[T, D]` of which the part along orthonormal directions `[m, D]` is the centre's."""
    directions, centre = directions.to(tokens.device), centre.to(tokens.device)
    apart = tokens - centre
    left = apart - (apart @ directions.T) @ directions + centre
    if variety < 1:
        mean = left[placed].mean(dim=0)
        left = mean + variety * (left - mean)
    return left


LESION = Lesion(
    "connector-subspace", "connector", frozenset({"connector"}), "tuning",
    "The directions that tell the classes apart are projected out of the connector's output.",
    "The class is in the encoder's output and gone behind the connector.", plant, draws=False,
)  # fmt: skip
