"""Entries that a step learns from, whatever they are drawn from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from angiogram.data.annotations.entry import Entry
from angiogram.imaging.image import Image

IN_VAIN = 10  # steps in a row that bring no other entry


@dataclass(frozen=True)
class Drawn:
    """An entry, and the image that it is asked about; None where it has none."""

    entry: Entry
    image: Image | None


Draw = Callable[[int], Sequence[Drawn]]
"""From the number of a step to all entries that it learns from: the same step is the same entries, images and all."""


def first_entries(draw: Draw, count: int) -> list[Drawn]:
    """The first entries with images that are drawn, each once; fewer where there are no more.

    >>> one, other = (Drawn(Entry(id, "a.png", "vqa", "Is it?", "yes", "ours"), Image(None, ())) for id in "ab")
    >>> [each.entry.id for each in first_entries(lambda step: [one, other, one], 5)]
    ['a', 'b']
    """
    found: dict[str, Drawn] = {}
    step = vain = 0
    while len(found) < count and vain < IN_VAIN:
        before = len(found)
        for each in draw(step):
            if each.image is not None:
                found.setdefault(each.entry.id, each)
        step, vain = step + 1, 0 if len(found) > before else vain + 1
    return list(found.values())[:count]
