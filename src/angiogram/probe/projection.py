"""The fixed-width control: every tap through a random projection to one width, so that wide layers have no advantage.

A wider layer gives a linear probe more to choose from, whatever it holds. Here the features are multiplied by a fixed
matrix of random signs before a probe sees them (Achlioptas 2003: distances are kept up to a factor
`1 +- sqrt(8 ln(N) / width)`), the same for all taps of one width and all folds [own]. They are standardised first, over
all cases, whose labels play no part in it; without that the few largest features of a language model would be all that
is left.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.probe.principal import standardised

WIDTH = 256
"""The default width."""


def projected(features: NDArray[np.generic], width: int = WIDTH, seed: int = 0) -> NDArray[np.generic]:
    """Features `[N, D]` projected to `[N, width]`; those that are no wider are left as they are.

    Raises:
        InputError: a width below 1, fewer than two cases, or features that are not finite.

    >>> X = np.random.default_rng(0).normal(size=(40, 900))
    >>> projected(X, width=16).shape, projected(X, width=900) is X
    ((40, 16), True)
    """
    if width < 1:
        raise InputError(f"Features are projected to a width of at least 1, not {width}.")
    if features.shape[1] <= width:
        return features
    z, _, _ = standardised(features)
    return z.astype(np.float32) @ random_signs(features.shape[1], width, seed)


@lru_cache(maxsize=8)  # the taps of a model have few widths
def random_signs(features: int, width: int, seed: int = 0) -> NDArray[np.float32]:
    """Plus or minus one over the root of the width, `[D, width]`.

    >>> random_signs(3, 4).shape, float(abs(random_signs(3, 4)).max())
    ((3, 4), 0.5)
    """
    signs = np.random.default_rng(seed).integers(0, 2, (features, width), dtype=np.int8)
    return (2 * signs - 1).astype(np.float32) / np.float32(np.sqrt(width))
