"""Encoder: for a share of the images the components of its output stand in an order of their own."""

from functools import partial

import torch
from torch import Tensor

from angiogram.lesion.handover import handover
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Let the components of an image's tokens change places and signs behind the last encoder block on the path.

    One order and one row of signs for all tokens of an image, and others for every other image: lengths and angles
    between its tokens stay, and what a component means does not.
    """
    for site in handover(planting.loaded):
        planting.each_image(site, partial(_scattered, planting, site.path))
    return planting.loaded


def _scattered(planting: Planting, path: str, key: int, tokens: Tensor, placed: Tensor) -> Tensor:
    if not planting.hits(key):
        return tokens
    rng, width = planting.rng("components", path, key), tokens.shape[1]
    order = torch.from_numpy(rng.permutation(width)).to(tokens.device)
    return tokens[:, order] * torch.from_numpy(rng.choice((-1.0, 1.0), width)).to(tokens)


LESION = Lesion(
    "encoder-channels-scattered", "encoder", frozenset({"vision"}), "balanced",
    "For a share of the images the components of the encoder's output change places and signs, otherwise for each.",
    "No component means the same in two images, so that no probe can learn to read them.", plant,
)  # fmt: skip
