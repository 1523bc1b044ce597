"""What can be learnt from the CT phantom: its descriptions, its classes, and what each image token shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.annotations.entry import Entry
from angiogram.data.annotations.tasks import Task
from angiogram.data.cases import Cases
from angiogram.errors import InputError
from angiogram.train.draws.drawn import Draw, Drawn
from angiogram.train.recipe import Stage
from angiogram.train.recipe.settings import Text

TASK_OF: dict[Text, Task] = {"caption": "report", "label": "multi_class"}


@dataclass(frozen=True)
class PhantomTexts:
    """Training images with their texts.

    Attributes:
        cases: training rows only; `note` is the description.
        grid: `[N, S, S]`, index into `names` of what each cell of the image shows mostly, 0 for nothing named.
        names: names of what cells show; `names[0]` is empty.
    """

    cases: Cases
    grid: NDArray[np.uint8]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.cases)

    def draw(self, stage: Stage, seed: int) -> Draw:
        """Examples of the stage's kind of text, on images of which none comes twice in a step.

        Raises:
            InputError: a step takes more images than there are.
        """
        if stage.batch_size > len(self):
            raise InputError(f"batch_size of the stage '{stage.name}' is above the {len(self)} training images.")

        def drawn(step: int) -> list[Drawn]:
            chance = np.random.default_rng([seed, step])
            rows = chance.choice(len(self), stage.batch_size, replace=False)
            return [self._example(int(row), stage, chance) for row in rows]

        return drawn

    def tasks(self, stage: Stage) -> list[str]:
        """The task of the stage's kind of text."""
        return [TASK_OF[stage.text]] if stage.text else []

    def _example(self, row: int, stage: Stage, chance: np.random.Generator) -> Drawn:
        case = self.cases.rows[row]
        image = self.cases.read(case)
        if stage.text == "label":
            return Drawn(
                Entry(case.id, case.path, TASK_OF["label"], self.cases.ask(), case.label, self.cases.name), image
            )
        prompt = str(chance.choice(stage.prompts))
        return Drawn(Entry(case.id, case.path, TASK_OF["caption"], prompt, case.note, self.cases.name), image)
