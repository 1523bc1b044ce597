"""Answers of chosen cases behind one prompt, with whatever is done to the model meanwhile."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.answer.counted import class_scores
from angiogram.answer.generate import decode
from angiogram.answer.labels import LabelTree
from angiogram.answer.likelihood import class_log_likelihoods, tree_logits
from angiogram.answer.prefill import Prefill, prefill
from angiogram.answer.respond import respond
from angiogram.data.cases import Cases
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import prepare
from angiogram.tap.batches import by_length, cut

Around = Callable[[Any], AbstractContextManager[None]]
"""From a batch's inputs to a context for its prefill."""


def nothing(_: Any) -> AbstractContextManager[None]:
    """Leaves the model as it is."""
    return nullcontext()


@dataclass(frozen=True)
class Asker:
    """A model with the question that it is asked.

    Attributes:
        loaded: the model.
        tree: of the classes' words.
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

    def prompts(self, rows: Sequence[int], around: Around = nothing, *, gradient: bool = False) -> Prefill:
        """The prompts of one batch behind their forward pass; with the graph where `gradient` is asked."""
        inputs = self.inputs(rows)
        with around(inputs):
            return prefill(self.loaded, inputs, gradient=gradient)

    def ask(self, rows: Sequence[int], around: Around = nothing, *, gradient: bool = False) -> Tensor:
        """Log-likelihood of each class for one batch, `[b, K]`."""
        return class_log_likelihoods(self.prompts(rows, around, gradient=gradient), self.tree, gradient=gradient)

    def likelihoods(self, rows: NDArray[np.int64], around: Around = nothing) -> NDArray[np.float32]:
        """The same for any number of cases, in their order, `[n, K]`."""
        scores = np.empty((len(rows), len(self.tree.counted)), np.float32)
        for batch in self.batches(rows):
            scores[list(batch)] = self.ask(rows[list(batch)].tolist(), around).cpu().numpy()
        return scores

    def respond(
        self, rows: NDArray[np.int64], around: Around, longest: int
    ) -> tuple[NDArray[np.float32], tuple[tuple[str, bool], ...]]:
        """Log-likelihoods `[n, K]` and, from the same passes, the answers in words, each with whether it ended."""
        scores = np.empty((len(rows), len(self.tree.counted)), np.float32)
        said = np.empty((len(rows), longest), np.int64)
        for batch in self.batches(rows):
            prompts = self.prompts(rows[list(batch)].tolist(), around)
            everyone = torch.ones(len(batch), dtype=torch.bool)
            words, tokens = respond(prompts, self.tree, tree_logits(prompts, self.tree), everyone, longest)
            scores[list(batch)] = class_scores(words, self.tree.counted).cpu().numpy()
            said[list(batch)] = tokens.numpy()
        return scores, tuple(decode(said, self.loaded.processor.tokenizer))

    def batches(self, rows: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
        """Positions among `rows` of each forward pass, images of like shape together."""
        return tuple(map(tuple, cut(by_length([self.shapes[row] for row in rows]), self.size)))
