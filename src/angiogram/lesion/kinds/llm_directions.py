"""Comprehension: the language model is blind to the directions in which the connector tells the classes apart."""

from functools import partial

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.lesion.discriminative import discriminative_directions
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Take a share of what lies along the classes' means out of the image tokens that the first block is given.

    Raises:
        InputError: no image tokens stand in the prompt.
    """
    anatomy = planting.loaded.anatomy
    if not anatomy.image_tokens:
        raise InputError("No image tokens stand in the prompt of this language model.")
    means, _ = discriminative_directions(planting.material.of_tap("connector.out"), planting.material.labels)
    first = planting.loaded.model.get_submodule(anatomy.llm_blocks[0])
    planting.input(first, partial(_blind, planting, torch.from_numpy(means).float()))
    return planting.loaded


def _blind(planting: Planting, directions: Tensor, states: Tensor) -> Tensor:
    """States `[B, L, D]` of the prompts, less of orthonormal directions `[m, D]` at their image tokens."""
    batch = planting.shown.batch
    if batch is None or not planting.shown.first:
        return states
    here, changed = image_mask(batch.loaded.model, batch.inputs).to(states.device), states.clone()
    tokens, directions = states[here].float(), directions.to(states.device)
    changed[here] = (tokens - planting.strength * (tokens @ directions.T) @ directions).to(states.dtype)
    return changed


LESION = Lesion(
    "llm-directions-unread", "language model", frozenset({"hand-over", "language model"}), "tuning",
    "The directions that tell the classes apart are projected out of the image tokens that the LLM is given.",
    "The connector writes the class in terms that the language model does not read: one model alone does not say which "
    "of the two has moved.", plant, draws=False,
)  # fmt: skip
