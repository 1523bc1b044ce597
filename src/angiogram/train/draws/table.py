"""What can be learnt from an annotation table: its entries, by their tasks."""

from collections.abc import Callable, Mapping, Sequence
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
            InputError: the mixture names a task without entries to draw, or there are none at all.
        """
        rows = self._rows_of_tasks("llm" not in stage.trained())
        mixture = Mixture(list(rows.values()), list(self._shares(stage, rows).values()), seed)

        def drawn(step: int) -> list[Drawn]:
            numbers = mixture.batch(step, stage.batch_size)
            first = step * stage.batch_size
            return [self._drawn(number, stage, (seed, first + place)) for place, number in enumerate(numbers)]

        return drawn

    def tasks(self, stage: Stage) -> list[str]:
        """The tasks on images that the stage draws, as its connector meets them.

        Raises:
            InputError: as for `draw`.
        """
        drawn = self._shares(stage, self._rows_of_tasks("llm" not in stage.trained()))
        return [task for task in self._rows_of_tasks(True) if drawn[task]]

    def _shares(self, stage: Stage, rows: Mapping[str, NDArray[np.int64]]) -> dict[str, float]:
        """How often the stage draws each task."""
        blend = stage.mixture
        if not rows:
            raise InputError(f"The stage '{stage.name}' trains no llm, and no entry has an image to learn from.")
        there = {entry.task for entry in self.entries}
        for task in blend.ratios or {}:
            if task in there and task not in rows:
                raise InputError(
                    f"The entries of the task '{task}' have no image, and the stage '{stage.name}' trains no llm, "
                    "which alone learns from them; leave the task out of its ratios, or train the llm."
                )
        sizes = {task: len(own) for task, own in rows.items()}
        return dict(zip(sizes, shares(sizes, blend.ratios, blend.temperature), strict=True))

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
