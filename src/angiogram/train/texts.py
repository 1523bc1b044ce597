"""What can be said of each training image: its description, its class, and what each of its tokens shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.cases import Cases
from angiogram.train.examples import Example
from angiogram.train.recipe import Stage


@dataclass(frozen=True)
class Texts:
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

    def example(self, row: int, stage: Stage, chance: np.random.Generator) -> Example:
        """One supervised example of the stage's kind of text."""
        case = self.cases.rows[row]
        image = self.cases.read(case)
        if stage.text == "label":
            return Example(image, self.cases.ask(), case.label)
        return Example(image, str(chance.choice(stage.prompts)), case.note)
