"""How the images of a set were made: what was done to all of them, and what to some."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from angiogram.data.shown import Pictures
from angiogram.imaging.image import BURNED_IN

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Step:
    """One kind of step; steps that differ in their numbers only are of one kind.

    Attributes:
        said: its most frequent wording.
        images: for how many images it was made.
        wordings: how many wordings there are; 1 where all have the same numbers.
    """

    said: str
    images: int
    wordings: int


@dataclass(frozen=True)
class Making:
    """How the images of a run came to be, and which of them are shown.

    Attributes:
        images: readable cases.
        steps: in the order in which they were first made.
        burned_in: images of which the file says that text is burned into the pixels.
        pictures: which are shown: "auto" leaves out those with burned-in text, "none" all.
    """

    images: int
    steps: tuple[Step, ...]
    burned_in: int
    pictures: Pictures


def making(made: Sequence[tuple[str, ...]], pictures: Pictures) -> Making:
    """Count the steps.

    Args:
        made: `Image.made` of each image.
        pictures: which are shown.

    >>> found = making([("PNG L",), ("PNG I;16", "own range 0..9"), ("PNG I;16", "own range 3..700")], "auto")
    >>> [(step.said, step.images, step.wordings) for step in found.steps]
    [('PNG L', 1, 1), ('PNG I;16', 2, 1), ('own range 0..9', 2, 2)]
    """
    kinds: dict[str, Counter[str]] = {}
    images: Counter[str] = Counter()
    for steps in made:
        for step in steps:
            kinds.setdefault(_kind(step), Counter())[step] += 1
        images.update({_kind(step) for step in steps})
    counted = tuple(Step(said.most_common(1)[0][0], images[kind], len(said)) for kind, said in kinds.items())
    return Making(len(made), counted, sum(BURNED_IN in steps for steps in made), pictures)


def _kind(step: str) -> str:
    return _NUMBER.sub("#", step)
