"""Connector: its output is mapped one to one, so that all of it is there in terms that nobody behind it has learnt.

All maps are affine and have an inverse: whatever could be read of the output before can be read behind them.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.diagnose.terms import Fault
from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting, Rewrite
from angiogram.model.load import LoadedModel

GAINS, LEAK, FAINTEST = 1.5, 3.0, 0.05
OTHER_TERMS: frozenset[Fault] = frozenset({"hand-over"})
WHY = "The map has an inverse, so that nothing is gone, and the language model was taught to read other terms."


def _mapped(rewritten: Callable[[Planting, str], Rewrite], planting: Planting) -> LoadedModel:
    for tap, path in connector_outputs(planting.loaded.anatomy).items():
        planting.output(planting.loaded.model.get_submodule(path), rewritten(planting, tap))
    return planting.loaded


def _centre(planting: Planting, tap: str) -> Tensor:
    """`[D]`, the mean of the training cases."""
    return torch.from_numpy(planting.material.of_tap(tap)[:, 0].mean(axis=0)).float()


def _stretched(planting: Planting, tap: str) -> Rewrite:
    """Multiply each component by a factor of its own: the logarithms are drawn, 1.5 wide at strength 1."""
    drawn = planting.rng("gains", tap).standard_normal(planting.material.of_tap(tap).shape[2])
    gains = torch.from_numpy(np.exp(planting.strength * GAINS * drawn)).float()
    return lambda states: (states.float() * gains.to(states.device)).to(states.dtype)


def _leaking(planting: Planting, tap: str) -> Rewrite:
    """Shear around the mean of the training cases, where all stays."""
    widths = planting.material.of_tap(tap)[:, 0].std(axis=0)
    across, centre = shear(widths, planting.strength, planting.rng("leak", tap)), _centre(planting, tap)
    return partial(_around, centre, torch.from_numpy(across).float())


def shear(widths: NDArray[np.float64], strength: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """`[D, D]`, to be multiplied from the right: half of the components, drawn, leak into the others.

    The unit matrix and what leaks; the inverse is the unit matrix less what leaks. At strength 1 three times as much
    comes in as a component had itself, measured by the components' usual widths `[D]`.
    """
    width, order = len(widths), rng.permutation(len(widths))
    giving, taking = order[: width // 2], order[width // 2 :]
    sizes = np.maximum(widths, 0.01 * widths.max(initial=1e-300))
    mixed = rng.standard_normal((len(giving), len(taking))) / max(len(giving), 1) ** 0.5
    found = np.eye(width)
    found[np.ix_(giving, taking)] = strength * LEAK * mixed * sizes[taking] / sizes[giving][:, None]
    return found


def _fainter(planting: Planting, tap: str) -> Rewrite:
    """Shrink what tells images apart around the mean of the training cases, to a twentieth at strength 1."""
    left = FAINTEST**planting.strength
    return partial(_shrunken, _centre(planting, tap), left)


def _around(centre: Tensor, across: Tensor, states: Tensor) -> Tensor:
    centre = centre.to(states.device)
    return ((states.float() - centre) @ across.to(states.device) + centre).to(states.dtype)


def _shrunken(centre: Tensor, left: float, states: Tensor) -> Tensor:
    centre = centre.to(states.device)
    return (centre + left * (states.float() - centre)).to(states.dtype)


STRETCHED = Lesion(
    "connector-stretched", "connector", OTHER_TERMS, "balanced",
    "Each component of the connector's output is multiplied by a factor of its own.", WHY,
    partial(_mapped, _stretched),
)  # fmt: skip
CROSSTALK = Lesion(
    "connector-crosstalk", "connector", OTHER_TERMS, "balanced",
    "Half of the components of the connector's output leak into the other half.", WHY, partial(_mapped, _leaking),
)  # fmt: skip
FAINT = Lesion(
    "connector-faint", "connector", OTHER_TERMS, "balanced",
    "What tells images apart is a twentieth of its size behind the connector, around the usual token.", WHY,
    partial(_mapped, _fainter), draws=False,
)  # fmt: skip
