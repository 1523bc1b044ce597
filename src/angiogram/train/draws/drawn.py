"""Entries that a step learns from, whatever they are drawn from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from angiogram.data.annotations.entry import Entry
from angiogram.imaging.image import Image


@dataclass(frozen=True)
class Drawn:
    """An entry, and the image that it is asked about; None where it has none."""

    entry: Entry
    image: Image | None


Draw = Callable[[int], Sequence[Drawn]]
"""From the number of a step to all entries that it learns from: the same step is the same entries, images and all."""
