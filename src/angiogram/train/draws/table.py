"""What can be learnt from an annotation table: its entries, by their tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.annotations.entry import Entry
from angiogram.imaging.image import Image
from angiogram.train.draws.augment import augmented
from angiogram.train.draws.drawn import Draw, Drawn
from angiogram.train.draws.mixture import Mixture, shares
from angiogram.train.recipe import Stage


@dataclass(frozen=True)
class Entries:
    """Entries that are learnt from.

    Attributes:
        entries: of any tasks.
        read: gives the picture of this name.
    """

    entries: Sequence[Entry]
    read: Callable[[str], Image]

    def rows_of_tasks(self) -> dict[str, NDArray[np.int64]]:
        """Numbers of the entries of each task, tasks in the order of their first."""
        rows: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            rows.setdefault(entry.task, []).append(number)
        return {task: np.array(own) for task, own in rows.items()}

    def draw(self, stage: Stage, seed: int) -> Draw:
        """Entries of the stage's mixture of tasks, each image changed at random where the stage says so.

        Raises:
            InputError: the mixture names a task without entries.
        """
        rows, blend = self.rows_of_tasks(), stage.mixture
        sizes = {task: len(own) for task, own in rows.items()}
        mixture = Mixture(list(rows.values()), shares(sizes, blend.ratios, blend.temperature), seed)

        def drawn(step: int) -> list[Drawn]:
            numbers = mixture.batch(step, stage.batch_size)
            first = step * stage.batch_size
            return [self._drawn(number, stage, (seed, first + place)) for place, number in enumerate(numbers)]

        return drawn

    def _drawn(self, number: int, stage: Stage, chance: tuple[int, int]) -> Drawn:
        entry = self.entries[number]
        if entry.image is None:
            return Drawn(entry, None)
        image = self.read(entry.image)
        return Drawn(entry, augmented(entry, image, np.random.default_rng(chance)) if stage.augment else image)
