"""Head: it is given the last state in another basis than it was trained with."""

import torch
from torch import Tensor

from angiogram.lesion.head import head_of
from angiogram.lesion.kinds.connector_rotation import rotation
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Turn what the head is given by the strength's share of 90 degrees in each of D / 2 planes, drawn.

    What leaves the language model stays: only the head reads it turned.
    """
    head = head_of(planting.loaded)
    width = next(iter(head.parameters())).shape[1]
    turn = torch.from_numpy(rotation(width, planting.strength, planting.rng("planes"))).float()

    def turned(states: Tensor) -> Tensor:
        return (states.float() @ turn.to(states.device)).to(states.dtype)

    planting.input(head, turned)
    return planting.loaded


LESION = Lesion(
    "head-turned", "head", frozenset({"words"}), "balanced",
    "The output head is given the last state in another basis.",
    "The last token knows the class, and the head's rows do not lie where its words are.", plant,
)  # fmt: skip
