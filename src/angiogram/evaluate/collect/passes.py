"""One batch of questions: read, prepared, answered in words, and the options' likelihoods from the same prefill."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import label_tree
from angiogram.answer.likelihood import tree_logits
from angiogram.answer.prefill import Prefill, prefill
from angiogram.answer.respond import respond
from angiogram.evaluate.collect.plan import GENERATED, LIKELIHOODS, Plan
from angiogram.imaging.blank import grey_like, grey_square
from angiogram.imaging.image import Image
from angiogram.model.context import check_length
from angiogram.model.depth import in_kind
from angiogram.model.placed import prepare_alone
from angiogram.model.prompt import prepare
from angiogram.model.routing import TASK
from angiogram.tap.prefetch import Rows
from angiogram.tap.reading import read_ready
from angiogram.tap.work import Ready

GREY_SIDE = 224


@dataclass(frozen=True)
class Passes:
    """The `Work` of an evaluation; a batch is of one task, with pictures or without."""

    planned: Plan

    def read(self, rows: Rows) -> Ready:
        """Decode and prepare these questions, without those that cannot be read or that the processor refuses."""
        return read_ready(rows, lambda row: (row, self._shown(row)), self._inputs)

    @torch.no_grad()
    def run(self, ready: Ready) -> dict[str, NDArray[Any]]:
        """The answers' tokens `[B, longest]`, -1 behind the end, and the options' likelihoods `[B, K]`, else 0."""
        planned = self.planned
        options = [planned.options(row) for row in ready.rows]
        said = np.full((len(ready.rows), planned.longest), -1, dtype=np.int32)
        kept: dict[str, NDArray[Any]] = {GENERATED: said}
        longest = planned.task(ready.rows[0]).longest
        prompts = prefill(planned.loaded, ready.content.to(planned.loaded.device))
        every = torch.arange(len(ready.rows), device=prompts.logits.device)
        words = list(dict.fromkeys(word for row in options for word in row))
        if planned.most_options:
            kept[LIKELIHOODS] = np.zeros((len(ready.rows), planned.most_options), dtype=np.float32)
        if words:
            scores, tokens = _both(planned, prompts, words, longest)
            for row, own in enumerate(options):
                kept[LIKELIHOODS][row, : len(own)] = scores[row, [words.index(word) for word in own]]
        else:
            tokens = continue_greedily(prompts, every, longest).cpu().numpy()
        said[:, :longest] = tokens
        return kept

    def _shown(self, row: int) -> Image | None:
        """The picture that goes with a question."""
        planned, request = self.planned, self.planned.requests[row]
        if not planned.shows_picture(row):
            return None
        if request.image is None:
            return in_kind(planned.loaded.processor, grey_square(GREY_SIDE))
        image = planned.read(request.image)
        return grey_like(image) if request.condition == "blind" else image

    def _inputs(self, shown: Sequence[tuple[int, Image | None]]) -> Any:
        """What the processor makes of these questions, each with a prompt of its own.

        Raises:
            InputError: it refuses one of them, or one is longer than the model's context.
        """
        loaded = self.planned.loaded
        prompts = [self.planned.prompts[row] for row, _ in shown]
        images = [image for _, image in shown if image is not None]
        inputs = prepare(loaded.processor, prompts, images) if images else prepare_alone(loaded.processor, prompts)
        check_length(loaded.model, inputs, self.planned.task(shown[0][0]).longest)
        tasks = self.planned.routes([row for row, _ in shown])
        if tasks is not None:
            inputs[TASK] = tasks
        return inputs


def _both(
    planned: Plan, prompts: Prefill, words: Sequence[str], longest: int
) -> tuple[NDArray[np.floating], NDArray[np.integer]]:
    """Log-likelihood of every word `[B, W]` and the answers' tokens `[B, longest]`."""
    tree = label_tree(planned.loaded.processor.tokenizer, words)
    logits = tree_logits(prompts, tree)
    asked = torch.ones(len(logits), dtype=torch.bool)
    scores, tokens = respond(prompts, tree, logits, asked, longest)
    return scores.cpu().numpy(), tokens.numpy()
