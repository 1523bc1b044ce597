"""Interleaved z-blocks: organs live at different heights, so the body cannot be cut in two.

Slices are taken in threes: two that are used, one that is left out. Every third pair is for testing. An axial crop
reads one slice only, so no voxel is in both splits, and at least one unread slice (2.5 mm) lies between the two.
"""

from typing import Literal

BLOCK = 3
GAP = 1
TEST_EVERY = 3
TEST_PHASE = 1


def block_of(z: int) -> int | None:
    """The z-block of an axial slice; None for a slice in a gap.

    >>> [block_of(z) for z in range(7)]
    [0, 0, None, 1, 1, None, 2]
    """
    return None if z % BLOCK >= BLOCK - GAP else z // BLOCK


def split_of(block: int) -> Literal["train", "test"]:
    """The split that a z-block belongs to.

    >>> [split_of(block) for block in range(5)]
    ['train', 'test', 'train', 'train', 'test']
    """
    return "test" if block % TEST_EVERY == TEST_PHASE else "train"
