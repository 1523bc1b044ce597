"""One forward pass per case: pooled taps, class likelihoods and the generated answer from the same prefill."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from angiogram.answer.counted import class_scores
from angiogram.answer.labels import LabelTree
from angiogram.answer.lens import Lens, Read, lens
from angiogram.answer.likelihood import class_log_likelihoods, tree_logits, word_log_likelihoods
from angiogram.answer.prefill import Prefill, prefill
from angiogram.answer.respond import respond
from angiogram.data.cases import Cases
from angiogram.diagnose.collect.plan import GENERATED, LENS, LIKELIHOODS, WORDS, Plan
from angiogram.imaging.blank import grey_like
from angiogram.imaging.image import Image
from angiogram.model.context import check_length
from angiogram.model.prompt import prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.pixels import thumbnails
from angiogram.tap.prefetch import Rows
from angiogram.tap.reading import read_ready
from angiogram.tap.stages import Pool, batch_poolings
from angiogram.tap.taps import Stage
from angiogram.tap.work import Ready


@dataclass(frozen=True)
class Content:
    """A prepared batch of B images.

    Attributes:
        inputs: the processor's, one for each prompt of the plan.
        poolings: of each stage.
        pixels: the `pixels` tap, `[B, 1, 768]`.
    """

    inputs: tuple[Any, ...]
    poolings: Mapping[Stage, Pool]
    pixels: NDArray[np.float32]


@dataclass(frozen=True)
class Passes:
    """The `Work` of a diagnosis.

    Attributes:
        planned: what is kept.
        cases: of whom.
    """

    planned: Plan
    cases: Cases

    def read(self, rows: Rows) -> Ready:
        """Decode and prepare these cases, without those that cannot be read any more or that the processor refuses."""
        return read_ready(rows, lambda row: self.cases.read(self.cases.rows[row]), self._content)

    def _content(self, images: Sequence[Image]) -> Content:
        loaded = self.planned.loaded
        inputs = tuple(prepare(loaded.processor, prompt, images) for prompt in self.planned.prompts)
        for given in inputs:
            check_length(loaded.model, given, self.planned.longest_answer)
        poolings = batch_poolings(loaded, inputs[0], [image.size for image in images])
        return Content(inputs, poolings, thumbnails(images))

    @torch.no_grad()
    def run(self, ready: Ready) -> dict[str, NDArray[Any]]:
        """Every kept array of a batch; the twin, which is not asked, stops behind its last tap."""
        planned, content = self.planned, ready.content
        loaded = planned.loaded
        inputs = content.inputs[0].to(loaded.device)
        poolings = content.poolings
        if planned.tree is None:
            with pooled_hooks(loaded.model, planned.taps, poolings, stop=True) as pooled:
                prefill(loaded, inputs)
            answers: dict[str, NDArray[Any]] = {}
        else:
            reader = lens(loaded, planned.tree)
            at_prompt = reader.at_prompt() if reader else nullcontext({})
            with pooled_hooks(loaded.model, planned.taps, poolings) as pooled, at_prompt as ends:
                prompts = prefill(loaded, inputs)
            asked = planned.asked[list(ready.rows)]
            answers = _answers(planned, planned.tree, content, prompts, reader, ends, asked)
        return {"pixels": content.pixels, **_kept(planned, pooled), **answers}


def _kept(planned: Plan, pooled: Mapping[str, Tensor]) -> dict[str, NDArray[Any]]:
    rows = None if planned.asked.any() else 1  # of a twin only the mean is read
    return {name: states[:, :rows].cpu().numpy() for name, states in pooled.items()}


def _answers(
    planned: Plan,
    tree: LabelTree,
    content: Content,
    prompts: Prefill,
    reader: Lens | None,
    ends: Read,
    asked: NDArray[np.bool_],
) -> dict[str, NDArray[Any]]:
    """Likelihoods and words; with a `reader` what it reads as well, `ends` being what it kept at the prompts' ends."""
    loaded = planned.loaded
    with reader.at_names() if reader else nullcontext({}) as names:
        logits = tree_logits(prompts, tree)
    first, said = respond(prompts, tree, logits, torch.from_numpy(asked), planned.longest_answer)
    scores = [first]
    for inputs in content.inputs[1:]:
        scores.append(word_log_likelihoods(tree_logits(prefill(loaded, inputs.to(loaded.device)), tree), tree))
    words = torch.stack(scores, dim=1)  # [B, orders, W]
    likelihoods = class_scores(words, tree.counted)  # [B, orders, K]
    found = {LIKELIHOODS: likelihoods.cpu().numpy(), GENERATED: said.numpy().astype(np.int32)}
    if words.shape != likelihoods.shape:
        found[WORDS] = words.cpu().numpy()
    if reader:
        found[LENS] = reader.log_likelihoods(ends, names, logits).cpu().numpy()  # [B, blocks, K]
    return found


def content_free(planned: Plan, tree: LabelTree, image: Image) -> NDArray[np.float32]:
    """Log-likelihoods `[orders, K]` of the classes for an even grey in the shape of this image."""
    grey = grey_like(image)
    loaded = planned.loaded
    scores: list[Tensor] = []
    for prompt in planned.prompts:
        inputs = prepare(loaded.processor, prompt, [grey]).to(loaded.device)
        scores.append(class_log_likelihoods(prefill(loaded, inputs), tree))
    return torch.cat(scores).cpu().numpy()
