"""Settings of different splits never meet: each range is cut into strips, and a strip belongs to one split.

Along every range the strips go train, test, train, validation, and again, so that each split sees the whole range; a
margin is left free at both ends of a strip. So two images of different splits differ in every one of their settings,
each by at least two margins.
"""

import numpy as np

from angiogram.data.annotations.entry import Side

PATTERN: tuple[Side, ...] = ("train", "test", "train", "validation")
STRIPS = 16
MARGIN = 0.1
"""Free at each end of a strip, in strips."""
Range = tuple[float, float]


def drawn_in(limits: Range, split: Side, rng: np.random.Generator) -> float:
    """A value of the range that belongs to the split, uniform over its strips."""
    strips = [i for i in range(STRIPS) if PATTERN[i % len(PATTERN)] == split]
    share = strips[rng.integers(len(strips))] + rng.uniform(MARGIN, 1 - MARGIN)
    return limits[0] + (limits[1] - limits[0]) * share / STRIPS


def strip_of(limits: Range, value: float) -> int:
    """The number of the strip that a value lies in.

    >>> [strip_of((0, 16), value) for value in (0.5, 3.5, 15.9)]
    [0, 3, 15]
    """
    return int(np.floor((value - limits[0]) / (limits[1] - limits[0]) * STRIPS))


def split_of(limits: Range, value: float) -> Side:
    """The split that a value belongs to.

    >>> [split_of((0, 16), value) for value in (0.5, 1.5, 2.5, 3.5)]
    ['train', 'test', 'train', 'validation']
    """
    return PATTERN[strip_of(limits, value) % len(PATTERN)]


def nearest_in(limits: Range, value: float, split: Side) -> float:
    """The value of the split that is nearest to a given one.

    >>> nearest_in((0, 16), 1.5, "train"), nearest_in((0, 16), 1.5, "test")
    (0.9, 1.5)
    """
    low, high = limits
    strips = [i for i in range(STRIPS) if PATTERN[i % len(PATTERN)] == split]
    share = (value - low) / (high - low) * STRIPS
    near = [min(max(share, i + MARGIN), i + 1 - MARGIN) for i in strips]
    return low + (high - low) * min(near, key=lambda each: abs(each - share)) / STRIPS
