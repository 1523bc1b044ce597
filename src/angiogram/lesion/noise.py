"""Noise that belongs to an image: the same for the same image in any batch, another for every other image."""

import numpy as np
import torch
from torch import Tensor

from angiogram.lesion.planting import Planting


def shared_noise(planting: Planting, path: str, key: int, width: int) -> Tensor:
    """Standard normal `[D]`, one draw for all tokens of the image `key` at the module `path`."""
    return torch.from_numpy(planting.rng("shared", path, key).standard_normal(width, dtype=np.float32))


def token_noise(planting: Planting, path: str, key: int, tokens: int, width: int) -> Tensor:
    """Noise `[T, D]` of mean 0 and variance 1, half of it shared by all tokens of the image.

    Noise of each token alone would vanish from the mean over many tokens, which is what a probe reads. The first rows
    are the same for any number of tokens, so that padding behind them changes nothing.
    """
    each = planting.rng("tokens", path, key).standard_normal((tokens, width), dtype=np.float32)
    return (shared_noise(planting, path, key, width) + torch.from_numpy(each)) / 2**0.5


def drowned(states: Tensor, noise: Tensor, strength: float) -> Tensor:
    """`(1 - strength) states + strength noise`: nothing of the states is left at 1, and their size is kept."""
    return (1 - strength) * states + strength * noise
