"""Class likelihoods of chosen cases behind one prompt, with whatever hooks stand on the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from angiogram.answer.labels import LabelTree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.data.cases import Cases
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import prepare
from angiogram.tap.batches import by_length, cut


@dataclass(frozen=True)
class Asker:
    """A model with the question that it is asked.

    Attributes:
        loaded: the model.
        tree: the class names.
        cases: N images.
        shapes: (height, width) of each image.
        prompt: the whole prompt text.
        size: images a forward pass.
    """

    loaded: LoadedModel
    tree: LabelTree
    cases: Cases
    shapes: tuple[tuple[int, int], ...]
    prompt: str
    size: int

    def inputs(self, rows: Sequence[int]) -> Any:
        """What the processor gives for these cases, on the model's device."""
        images = [self.cases.read(self.cases.rows[row]) for row in rows]
        return prepare(self.loaded.processor, self.prompt, images).to(self.loaded.device)

    def ask(self, rows: Sequence[int], *, gradient: bool = False) -> Tensor:
        """Log-likelihood of each class name for one batch, `[b, K]`; with the graph where `gradient` is asked."""
        prompts = prefill(self.loaded, self.inputs(rows), gradient=gradient)
        return class_log_likelihoods(prompts, self.tree, gradient=gradient)

    def likelihoods(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The same for any number of cases, in their order, `[n, K]`."""
        scores = np.empty((len(rows), len(self.tree.scored)), np.float32)
        for batch in cut(by_length([self.shapes[row] for row in rows]), self.size):
            scores[list(batch)] = self.ask(rows[list(batch)].tolist()).cpu().numpy()
        return scores
