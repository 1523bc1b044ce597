"""Mapping, format: the answer opens with a word that names no class, and ends."""

from typing import Any

from angiogram.answer.labels import LabelTree
from angiogram.errors import InputError
from angiogram.lesion.head import ends_of, head_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.lesion.raised import BEGINNING, Raised, above
from angiogram.model.load import LoadedModel

FILLERS = "Well, this picture shows something. Perhaps? Hm: 0123456789"


def plant(planting: Planting) -> LoadedModel:
    """Let the head begin with a filler and end behind it, for that share of the images that is the strength.

    Both logits are raised just above all others. As no class name holds either token, all classes' likelihoods are
    lowered alike, by at most log(1 + e).

    Raises:
        InputError: the model names no token that ends its answers.
    """
    loaded = planting.loaded
    ends = ends_of(loaded)
    filler = filler_of(loaded.processor.tokenizer, planting.material.names, ends)
    tokens = {BEGINNING: filler, filler: ends[0]}
    planting.output(head_of(loaded), Raised(planting.shown, tokens, above, planting.hits))
    return loaded


def filler_of(tokenizer: Any, tree: LabelTree, ends: list[int]) -> int:
    """The first token of `FILLERS` that no class name holds.

    Raises:
        InputError: the class names hold them all.
    """
    taken = {*tree.fed, *ends}
    fillers: list[int] = tokenizer(FILLERS, add_special_tokens=False).input_ids
    free = [token for token in fillers if token not in taken and tokenizer.decode([token]).strip().isalnum()]
    if not free:
        raise InputError("The class names hold every token with which an answer could begin without naming a class.")
    return free[0]


LESION = Lesion(
    "talks-around", "head", frozenset({"format"}), "tuning",
    "The answer to a share of the images opens with a word that names no class, and ends.",
    "The likelihoods stay in order, and the answer names no class.", plant,
)  # fmt: skip
