"""Vision: a block of random weights in place of a trained one.

A random block alone would not lose the image: random features of it can be read by a probe that adapts to them, and the
residual path carries all of it past the block. So the residual path fades with the strength, and the weights are drawn
anew for each image: no probe can adapt to all of them. [own]
"""

from functools import partial

import torch
from torch import Tensor, nn

from angiogram.lesion.handover import Site, handover
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.noise import drowned
from angiogram.lesion.planting import Planting
from angiogram.lesion.reference import reference_spreads
from angiogram.model.load import LoadedModel

HIDDEN = 256


def plant(planting: Planting) -> LoadedModel:
    """Blend the output of the last encoder block on the path with that of the random block, at its usual size."""
    sites = handover(planting.loaded)
    spreads = reference_spreads(planting.loaded, sites)
    for site in sites:
        size = float(spreads[site.path].square().mean().sqrt())
        planting.each_image(site, partial(_blended, planting, site, size))
    return planting.loaded


def _blended(planting: Planting, site: Site, size: float, key: int, tokens: Tensor, placed: Tensor) -> Tensor:
    other = _random_block(planting, site.path, key, tokens)
    own = other[placed].square().mean().sqrt().clamp(min=1e-12)
    return drowned(tokens, other * (size / own), planting.strength)


def _random_block(planting: Planting, path: str, key: int, tokens: Tensor) -> Tensor:
    """Layer norm and a two-layer perceptron, `[T, D]` to `[T, D]`; both matrices keep their input's size."""
    width, rng = tokens.shape[1], planting.rng("weights", path, key)
    up, down = rng.standard_normal((width, HIDDEN)) / width**0.5, rng.standard_normal((HIDDEN, width)) / HIDDEN**0.5
    normed = nn.functional.layer_norm(tokens, (width,))
    return nn.functional.gelu(normed @ torch.from_numpy(up).to(tokens)) @ torch.from_numpy(down).to(tokens)


LESION = Lesion(
    "encoder-random-block", "encoder", frozenset({"vision"}), "tuning",
    "The vision encoder's last block on the path is blended with a block of random weights, its residual path fading.",
    "Weights that are others for every image leave nothing that a probe could adapt to.", plant,
)  # fmt: skip
