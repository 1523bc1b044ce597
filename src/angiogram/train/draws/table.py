"""What can be learnt from an annotation table: its entries, by their tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.annotations.entry import Entry
from angiogram.errors import InputError
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

    def draw(self, stage: Stage, seed: int) -> Draw:
        """Entries of the stage's mixture of tasks, each image changed at random where the stage says so.

        Where the LLM is frozen nothing can be learnt from entries without an image, and they are not drawn.

        Raises:
            InputError: the mixture names a task without entries, or there are none to draw.
        """
        rows, blend = self._rows_of_tasks("llm" not in stage.trained()), stage.mixture
        if not rows:
            raise InputError(f"The stage '{stage.name}' trains no llm, and no entry has an image to learn from.")
        sizes = {task: len(own) for task, own in rows.items()}
        mixture = Mixture(list(rows.values()), shares(sizes, blend.ratios, blend.temperature), seed)

        def drawn(step: int) -> list[Drawn]:
            numbers = mixture.batch(step, stage.batch_size)
            first = step * stage.batch_size
            return [self._drawn(number, stage, (seed, first + place)) for place, number in enumerate(numbers)]

        return drawn

    def _rows_of_tasks(self, on_images: bool) -> dict[str, NDArray[np.int64]]:
        """Numbers of the entries of each task, tasks in the order of their first."""
        rows: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            if entry.image is not None or not on_images:
                rows.setdefault(entry.task, []).append(number)
        return {task: np.array(own) for task, own in rows.items()}

    def _drawn(self, number: int, stage: Stage, chance: tuple[int, int]) -> Drawn:
        entry = self.entries[number]
        if entry.image is None:
            return Drawn(entry, None)
        image = self.read(entry.image)
        return Drawn(entry, augmented(entry, image, np.random.default_rng(chance)) if stage.augment else image)
