"""Rules by which one slice stands for a volume, or all of them are taken."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError, unknown
from angiogram.imaging.planes import Plane, axis


@dataclass(frozen=True)
class SliceRule:
    """Which slice, or frame, is taken, or all slices.

    Attributes:
        kind: `middle`; `number`, counted from 0 at the patient's left, back or foot; `above`, the slice in which most
            voxels are above a density, the first of several; `all`, the whole volume, for models that take one.
        value: the slice's number, or the density.
    """

    kind: Literal["middle", "number", "above", "all"] = "middle"
    value: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "SliceRule":
        """The rule in words: `middle`, a number, `above DENSITY`, or `all`.

        Raises:
            InputError: it is none of these.

        >>> SliceRule.parse("middle"), SliceRule.parse("above 300")
        (SliceRule(kind='middle', value=0.0), SliceRule(kind='above', value=300.0))
        """
        plain = text.strip().lower()
        if plain == "middle":
            return cls()
        if plain == "all":
            return ALL
        if re.fullmatch(r"\d{1,9}", plain):
            return cls("number", int(plain))
        density = re.fullmatch(r"above\s+([+-]?\d+(?:\.\d+)?)", plain)
        if density:
            return cls("above", float(density[1]))
        raise unknown("rule for the slice", text, ("middle", "a number from 0", "above DENSITY", "all"))

    @property
    def whole(self) -> bool:
        """Whether all slices are taken."""
        return self.kind == "all"

    @property
    def looks(self) -> bool:
        """Whether the choice depends on what the slices show."""
        return self.kind == "above"

    def choose(
        self, count: int, areas: Callable[[float], Sequence[int] | NDArray[np.int64]] | None = None
    ) -> tuple[int, str]:
        """The slice's number, and the choice in words.

        Args:
            count: of slices, at least 1.
            areas: density -> how many voxels of each slice are above it; needed by a rule that `looks`.

        Raises:
            InputError: there is no such slice, or all of them are wanted of what is no volume.

        >>> SliceRule.parse("above 300").choose(3, lambda density: [0, 7, 7])
        (1, '1 of 0..2 (the most above 300)')
        """
        if self.whole:
            raise InputError("Its frames do not say where they lie; only the slices of a volume can be taken all.")
        if self.kind == "middle":
            index, why = count // 2, "the middle"
        elif self.kind == "number":
            index, why = int(self.value), ""
            if index >= count:
                there = f"there are {count}, 0..{count - 1}" if count > 1 else "there is one, 0"
                raise InputError(f"There is no slice {index}; {there}.")
        else:
            if areas is None:
                raise ValueError(f"The rule 'above {self.value:g}' has to see the slices.")
            above = np.asarray(areas(self.value))
            index, why = int(above.argmax()), f"the most above {self.value:g}"
            if not above[index]:
                raise InputError(f"No slice has a value above {self.value:g}.")
        return index, f"{index} of 0..{count - 1}{f' ({why})' if why else ''}"

    def of_volume(self, array: NDArray[Any], plane: Plane) -> tuple[int, str]:
        """`choose` for the cuts of an RAS+ `[X, Y, Z]` array along a plane."""
        others = tuple(i for i in range(3) if i != axis(plane))
        return self.choose(array.shape[axis(plane)], lambda density: np.count_nonzero(array > density, axis=others))


MIDDLE = SliceRule()
ALL = SliceRule("all")
