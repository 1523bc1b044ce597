"""Models to plant lesions in, and all that a diagnosis reads of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import LabelTree, label_tree
from angiogram.answer.likelihood import tree_logits
from angiogram.answer.prefill import prefill
from angiogram.imaging.image import Image
from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.material import Material
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps

NAMES = ("left kidney", "right kidney", "left lung", "liver")
SHAPES = ((56, 56), (40, 90), (120, 50), (56, 56))
QUESTION = "Which structure is shown?"


@dataclass(frozen=True)
class Reading:
    """Taps, logits `[B, 1 + M, V]` behind the prompt and the names' tokens, and what is said of the rows 2 and 0."""

    pooled: dict[str, Tensor]
    logits: Tensor
    said: Tensor


def tree_of(loaded: LoadedModel) -> LabelTree:
    return label_tree(loaded.processor.tokenizer, NAMES)


def noise_images(shapes: Sequence[tuple[int, int]] = SHAPES) -> list[Image]:
    rng = np.random.default_rng(0)
    return [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ()) for shape in shapes]


def read(loaded: LoadedModel, images: Sequence[Image], said: Sequence[int] = ()) -> Reading:
    """As a diagnosis does, another prefill between the names and the words of the chosen rows."""
    inputs = prepare(loaded.processor, chat(loaded.processor, QUESTION), images)
    poolings = batch_poolings(loaded, inputs, [image.size for image in images])
    with torch.no_grad(), pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings) as pooled:
        prompts = prefill(loaded, inputs)
    with torch.no_grad():
        logits = tree_logits(prompts, tree_of(loaded))
    if not said:
        return Reading(pooled, logits, torch.zeros(0))
    prefill(loaded, prepare(loaded.processor, chat(loaded.processor, "Which?"), images[::-1]))
    return Reading(pooled, logits, continue_greedily(prompts, torch.tensor(list(said)), 5))


def same(one: Reading, other: Reading) -> bool:
    """Every bit."""
    pooled = all(torch.equal(rows, other.pooled[name]) for name, rows in one.pooled.items())
    return pooled and torch.equal(one.logits, other.logits) and torch.equal(one.said, other.said)


def changed(one: Reading, other: Reading) -> set[str]:
    return {name for name, rows in one.pooled.items() if not torch.equal(rows, other.pooled[name])}


def material_for(loaded: LoadedModel, intact: Reading) -> Material:
    """The names, and 48 made-up training cases at the connectors around the features of real ones."""
    rng = np.random.default_rng(1)
    labels = np.arange(48) % len(NAMES)
    features = {}
    for tap in connector_outputs(loaded.anatomy):
        rows = intact.pooled[tap][:, :1].numpy()
        means = rng.normal(size=(len(NAMES), 1, rows.shape[2]))
        features[tap] = rows.mean(0) + rows.std() * (means[labels] + rng.normal(size=(48, 1, rows.shape[2])))
    return Material(tree_of(loaded), features, labels)
