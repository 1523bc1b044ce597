"""Where a token lies, as a vector."""

import torch
from torch import Tensor

from angiogram.model.build.connectors.patches import Grid


def positions(grid: Grid, width: int) -> Tensor:
    """Sines and cosines of every index of each token, `[T, width]`, for grids of any size.

    An equal part of the width stands for slice, row and column; wavelengths are those of Vaswani et al., "Attention is
    all you need", 2017, section 3.5, what is left over is 0.

    >>> positions((2, 2), 4).tolist() == positions((2, 2), 5)[:, :4].tolist()
    True
    """
    indexes = torch.cartesian_prod(*(torch.arange(side, dtype=torch.float32) for side in grid))
    indexes = indexes.reshape(-1, len(grid))
    half = width // (2 * len(grid))
    rates = 10000.0 ** (-torch.arange(half, dtype=torch.float32) / max(half, 1))
    angles = indexes[..., None] * rates  # [T, axes, half]
    found = torch.cat([angles.sin(), angles.cos()], dim=-1).flatten(1)
    return torch.nn.functional.pad(found, (0, width - found.shape[1]))
