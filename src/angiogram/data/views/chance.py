"""Random orders out of one seed, independent of each other."""

from typing import Literal, get_args

import numpy as np

from angiogram.data.views.programme import Counts

Draw = Literal["choice of dense images", "places of images", "entries of images"]


def shuffled(count: int, draw: Draw, seed: int) -> Counts:
    """The numbers 0 to count - 1 in an order that this draw alone has.

    >>> sorted(shuffled(3, "places of images", seed=0).tolist())
    [0, 1, 2]
    """
    return np.random.default_rng((get_args(Draw).index(draw), seed)).permutation(count)
