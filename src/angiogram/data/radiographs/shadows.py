"""What casts a shadow with a name of its own on a chest radiograph, and the bits that mark it along a ray.

Every source structure of the CT's mask has one bit; a shadow is one or several of them. So one integer a ray says all
that the ray passes through, and a mask of any shadow is one comparison.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from angiogram.data.phantom.structures import STRUCTURES
from angiogram.errors import unknown

RIGHT_LOBES = ("right lung upper lobe", "right lung middle lobe", "right lung lower lobe")
LEFT_LOBES = ("left lung upper lobe", "left lung lower lobe")
SOURCES = (
    "heart", *RIGHT_LOBES, *LEFT_LOBES, "trachea", "aorta", "liver", "spleen", "stomach", "colon", "right kidney",
    "left kidney", "right clavicle", "left clavicle", "right scapula", "left scapula", "right humerus", "left humerus",
    "sternum", "right ribs", "left ribs", "thoracic vertebra", "lumbar vertebra",
)  # fmt: skip
"""Structures of the mask, as `data/phantom/structures.py` names them; the position is the bit."""


@dataclass(frozen=True)
class Shadow:
    """A structure that a question can name.

    Attributes:
        name: as a person would say it.
        sources: of what in the mask it consists.
        organ: whether it is soft: no bone.
        several: whether its name is a plural.
    """

    name: str
    sources: tuple[str, ...]
    organ: bool = True
    several: bool = False

    @cached_property
    def bits(self) -> np.int32:
        """The bits of its sources."""
        return np.int32(sum(1 << SOURCES.index(source) for source in self.sources))

    @property
    def side(self) -> Literal["right", "left"] | None:
        """The patient's side, where its name says one."""
        first = self.name.split()[0]
        return first if first in ("right", "left") else None

    def mask(self, crossed: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Where a ray crosses it: same shape as the bits of the rays.

        >>> named("right lung").mask(np.array([0b1, 0b10, 0b1000, 0b10000], np.int32)).tolist()
        [False, True, True, False]
        """
        return (crossed & self.bits) != 0


def _whole(*names: str, organ: bool = True, several: bool = False) -> tuple[Shadow, ...]:
    return tuple(Shadow(name, (name,), organ, several) for name in names)


SHADOWS = (
    *_whole("heart"),
    Shadow("right lung", RIGHT_LOBES),
    Shadow("left lung", LEFT_LOBES),
    *_whole("trachea", "aorta", "liver", "spleen", "stomach", "colon", "right kidney", "left kidney"),
    *_whole("right clavicle", "left clavicle", "right scapula", "left scapula", organ=False),
    *_whole("right humerus", "left humerus", "sternum", organ=False),
    *_whole("right ribs", "left ribs", organ=False, several=True),
    Shadow("thoracic spine", ("thoracic vertebra",), organ=False),
    Shadow("lumbar spine", ("lumbar vertebra",), organ=False),
)
"""Lobes are bits but no shadows of their own: no radiograph shows where one ends."""
NAMES = tuple(shadow.name for shadow in SHADOWS)
LUNGS = ("right lung", "left lung")


def named(name: str) -> Shadow:
    """The shadow of this name.

    Raises:
        InputError: there is none.
    """
    if name not in NAMES:
        raise unknown("structure on a radiograph", name, NAMES)
    return SHADOWS[NAMES.index(name)]


def bits_of(structures: NDArray[np.uint8]) -> NDArray[np.int32]:
    """From indices into `STRUCTURES` to bits, same shape.

    >>> bits_of(np.array([STRUCTURES.index("heart"), STRUCTURES.index("trachea"), 0], np.uint8)).tolist()
    [1, 64, 0]
    """
    table = np.zeros(256, dtype=np.int32)
    for bit, source in enumerate(SOURCES):
        table[STRUCTURES.index(source)] = 1 << bit
    return table[structures]
