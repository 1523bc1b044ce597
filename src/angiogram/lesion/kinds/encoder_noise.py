"""Vision: noise in place of what the encoder saw."""

from functools import partial

from torch import Tensor

from angiogram.lesion.handover import Site, handover
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.noise import drowned, token_noise
from angiogram.lesion.planting import Planting
from angiogram.lesion.reference import reference_spreads
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Drown the output of the last encoder block on the path in noise of its usual size, component by component."""
    sites = handover(planting.loaded)
    spreads = reference_spreads(planting.loaded, sites)
    for site in sites:
        planting.each_image(site, partial(_noisy, planting, site, spreads[site.path]))
    return planting.loaded


def _noisy(planting: Planting, site: Site, spread: Tensor, key: int, tokens: Tensor, placed: Tensor) -> Tensor:
    noise = token_noise(planting, site.path, key, *tokens.shape).to(tokens.device)
    return drowned(tokens, noise * spread, planting.strength)


LESION = Lesion(
    "encoder-noise", "encoder", frozenset({"vision"}), "tuning",
    "The vision encoder's last block on the path is drowned in noise of its own size.",
    "Noise that is another for every image leaves nothing to be read.", plant,
)  # fmt: skip
