"""A fixed Gaussian random projection to one width, so that wide layers have no advantage over narrow ones [own]."""

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.probe.principal import check_features


def project(features: NDArray[np.generic], width: int, seed: int = 0) -> NDArray[np.float32]:
    """Features `[N, D]` on `width` random directions, `[N, width]`; unchanged where D <= width.

    The directions depend on seed, D and width alone, so two runs and two splits use the same ones. Features are brought
    to unit spread first, over all cases given (no label is used), or a few huge ones would fill every direction.

    Raises:
        InputError: a width below one, or features that are not finite.

    >>> project(np.random.default_rng(0).normal(size=(10, 64)), width=8).shape
    (10, 8)
    """
    check_features(features)
    if width < 1:
        raise InputError(f"The width of a projection must be at least 1, not {width}.")
    D = features.shape[1]
    if width >= D:
        return features.astype(np.float32)
    spread = features.std(axis=0, dtype=np.float64)
    directions = np.random.default_rng([seed, D, width]).standard_normal((D, width))
    directions /= np.where(spread > 0, spread, 1.0)[:, None] * np.sqrt(width)
    return (features.astype(np.float64) @ directions).astype(np.float32)
