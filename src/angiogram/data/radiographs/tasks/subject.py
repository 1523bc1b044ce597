"""The radiograph that is asked about, and how a question about it becomes an entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from angiogram.data.annotations.entry import Answer, Entry, Side
from angiogram.data.annotations.tasks import Task
from angiogram.data.radiographs.measures import Measured
from angiogram.data.radiographs.origin import LICENCE, SOURCE

Thing = TypeVar("Thing")


@dataclass
class Subject:
    """One radiograph; it numbers its entries and chooses words.

    Attributes:
        id: of the radiograph, which is its group as well.
        image: path from the table's image folder.
        split: of the radiograph.
        truth: what is asked about.
        rng: for choices of words and structures.
    """

    id: str
    image: str
    split: Side
    truth: Measured
    rng: np.random.Generator
    _entries: int = field(default=0, init=False)

    def entry(self, task: Task, prompt: str, target: str, answer: Answer) -> Entry:
        """The next entry. Its truth is computed, not judged: confidence 1."""
        self._entries += 1
        return Entry(
            id=f"{self.id}-{self._entries:02d}",
            image=self.image,
            task=task,
            prompt=prompt,
            target=target,
            source=SOURCE,
            answer=answer,
            group=self.id,
            licence=LICENCE,
            confidence=1.0,
            split=self.split,
        )

    def word(self, *choices: str) -> str:
        """One of several wordings."""
        return choices[int(self.rng.integers(len(choices)))]

    def some(self, things: Sequence[Thing], most: int) -> Iterator[Thing]:
        """Up to so many of these, in random order."""
        return (things[int(i)] for i in self.rng.permutation(len(things))[:most])


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    >>> listed(["the heart"]), listed(["the heart", "the liver", "the spleen"])
    ('the heart', 'the heart, the liver and the spleen')
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
