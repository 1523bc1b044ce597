"""Connector, seen at the LLM: its output is turned, so that all is there and nothing is where the LLM looks for it."""

import math
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Turn all tokens around the mean of the training cases, in every plane by the strength's share of 90 degrees.

    One mean for all images: around an image's own mean that mean would stay where the LLM looks for it. Distances and
    linear decodability stay.
    """
    for tap, path in connector_outputs(planting.loaded.anatomy).items():
        centre = planting.material.of_tap(tap)[:, 0].mean(axis=0)
        turn = torch.from_numpy(rotation(len(centre), planting.strength, planting.rng("planes", tap))).float()
        turned = partial(_turned, turn, torch.from_numpy(centre).float())
        planting.output(planting.loaded.model.get_submodule(path), turned)
    return planting.loaded


def rotation(width: int, share: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """A rotation `[D, D]` by `share` of 90 degrees in each of D / 2 random orthogonal planes.

    Every vector is turned by the same angle (but for the part along the one direction that an odd width leaves over),
    so that at 1 it stands at right angles to itself; shares between are on the straight way there in the rotation
    group.
    """
    basis, upper = np.linalg.qr(rng.standard_normal((width, width)))
    basis *= np.sign(np.diag(upper))  # uniform over all bases
    planes = width // 2
    one, other, left = basis[:, :planes], basis[:, planes : 2 * planes], basis[:, 2 * planes :]
    angle = share * math.pi / 2
    half = one @ other.T
    return math.cos(angle) * (one @ one.T + other @ other.T) + math.sin(angle) * (half - half.T) + left @ left.T


def _turned(turn: Tensor, centre: Tensor, states: Tensor) -> Tensor:
    turn, centre = turn.to(states.device), centre.to(states.device)
    return ((states.float() - centre) @ turn + centre).to(states.dtype)


LESION = Lesion(
    "connector-rotation", "connector", frozenset({"hand-over"}), "tuning",
    "The connector's output is rotated around its mean: all of it can be decoded, none of it is readable to the LLM.",
    "A rotation loses nothing, and nothing is where the language model looks for it.", plant,
)  # fmt: skip
