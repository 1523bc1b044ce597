"""Connector: its tokens are missing, elsewhere, shifted, of another size, or of fewer values."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from angiogram.diagnose.terms import Fault
from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.handover import Site
from angiogram.lesion.kinds.encoder import noised
from angiogram.lesion.kinds.encoder_positions import exchanged_places
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.lesion.reference import reference_spreads
from angiogram.model.load import LoadedModel

MISSING = 0.75
WEAK, STRONG, SHIFT = 0.2, 5.0, 2.0
LEFT: frozenset[Fault] = frozenset({"connector", "hand-over"})
MOVED: frozenset[Fault] = frozenset({"hand-over"})
KEPT = "An invertible map of the connector's output: nothing is gone, and nothing is in the language model's terms."


def _sites(planting: Planting) -> dict[str, Site]:
    """Tap name -> where image tokens leave a connector."""
    outputs = connector_outputs(planting.loaded.anatomy)
    return {tap: Site(path, "output", "connected") for tap, path in outputs.items()}


def _centre(planting: Planting, tap: str) -> Tensor:
    """`[D]`, the mean of the training cases."""
    return torch.from_numpy(planting.material.of_tap(tap)[:, 0].mean(axis=0)).float()


def _missing(planting: Planting) -> LoadedModel:
    """Replace three quarters of an image's tokens, drawn by place and the same in every image, by the mean token."""
    for tap, site in _sites(planting).items():
        centre = _centre(planting, tap)

        def change(_: int, tokens: Tensor, __: Tensor, centre: Tensor = centre) -> Tensor:
            order = planting.rng("missing", len(tokens)).permutation(len(tokens))
            gone = torch.from_numpy(order[: round(MISSING * planting.strength * len(tokens))]).to(tokens.device)
            return tokens.index_copy(0, gone, centre.to(tokens.device).expand(len(gone), -1))

        planting.each_image(site, change)
    return planting.loaded


def _shuffled(planting: Planting) -> LoadedModel:
    """Let a share of the places take each other's token, in every image of as many tokens alike."""
    for site in _sites(planting).values():

        def change(_: int, tokens: Tensor, __: Tensor) -> Tensor:
            order = exchanged_places(len(tokens), planting.strength, planting.rng("order", len(tokens)))
            return tokens[torch.from_numpy(order).to(tokens.device)]

        planting.each_image(site, change)
    return planting.loaded


def _scaled(factor: float, planting: Planting) -> LoadedModel:
    """Multiply every token by `factor ** strength`, around zero."""
    for site in _sites(planting).values():
        planting.rewrite(site, lambda states: states * factor**planting.strength)
    return planting.loaded


def _of_spreads(change: Callable[[Planting, str, Tensor, Tensor], Tensor], planting: Planting) -> LoadedModel:
    """Rewrite each connector's output by (planting, tap, its components' usual size `[D]`, states)."""
    sites = _sites(planting)
    spreads = reference_spreads(planting.loaded, list(sites.values()))
    for tap, site in sites.items():
        planting.rewrite(site, partial(change, planting, tap, spreads[site.path]))
    return planting.loaded


def _shifted(planting: Planting, tap: str, spread: Tensor, states: Tensor) -> Tensor:
    """One direction, drawn, twice as long as a token."""
    direction = torch.from_numpy(planting.rng("shift", tap).standard_normal(len(spread))).to(spread)
    return states + (planting.strength * SHIFT * direction * spread).to(states)


def _signs(planting: Planting, tap: str, spread: Tensor, states: Tensor) -> Tensor:
    """Blend with one bit a component: above or below the mean of the training cases, by its usual size."""
    centre = _centre(planting, tap).to(states.device)
    bits = centre + torch.where(states.float() > centre, spread, -spread)
    return (states.float() + planting.strength * (bits - states.float())).to(states.dtype)


def _weights(planting: Planting) -> LoadedModel:
    """Noise in the first matrix of every connector."""
    for path in connector_outputs(planting.loaded.anatomy).values():
        connector = planting.loaded.model.get_submodule(path)
        weight = next(each for each in connector.parameters() if each.dim() > 1)
        planting.weight(weight, noised(planting, weight, path))
    return planting.loaded


CONSTANT = Lesion(
    "connector-tokens-constant", "connector", LEFT, "tuning",
    "Three quarters of the image tokens are one constant behind the connector.",
    "What these tokens held is gone; what the others hold stands where the language model was not taught to look.",
    _missing,
)  # fmt: skip
SMALLER = Lesion(
    "connector-scaled-down", "connector", MOVED, "tuning", "The connector's output is a fifth of its size.", KEPT,
    partial(_scaled, WEAK), draws=False,
)  # fmt: skip
LARGER = Lesion(
    "connector-scaled-up", "connector", MOVED, "frozen", "The connector's output is five times its size.", KEPT,
    partial(_scaled, STRONG), draws=False,
)  # fmt: skip
SHIFTED = Lesion(
    "connector-shifted", "connector", MOVED, "frozen", "One vector is added to every image token.", KEPT,
    partial(_of_spreads, _shifted),
)  # fmt: skip
SHUFFLED = Lesion(
    "connector-shuffled", "connector", MOVED, "frozen", "The image tokens change places behind the connector.", KEPT,
    _shuffled,
)  # fmt: skip
SIGNS = Lesion(
    "connector-signs", "connector", LEFT, "frozen", "Of the connector's output only the signs are left.",
    "One bit a component holds less, and looks like no token that the language model was taught to read.",
    partial(_of_spreads, _signs), draws=False,
)  # fmt: skip
WEIGHTS = Lesion(
    "connector-weights-noised", "connector", LEFT, "frozen", "The connector's first matrix is noised.",
    "A noisy matrix loses some directions and mixes the others into terms that nobody behind it has learnt.",
    _weights,
)  # fmt: skip
