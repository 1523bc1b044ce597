"""Mapping: the head's rows of the class words change places."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from torch import Tensor

from angiogram.answer.forks import forks
from angiogram.answer.labels import LabelTree
from angiogram.errors import InputError
from angiogram.lesion.head import head_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Let a share of the tokens that tell classes apart take each other's logits; stronger includes weaker.

    One token cannot change places alone: with two classes nothing happens below a strength of one half.
    """
    taken = exchanged(planting.material.names, planting.strength, planting.rng())
    planting.output(head_of(planting.loaded), partial(_exchanged, taken))
    return planting.loaded


def exchanged(tree: LabelTree, strength: float, rng: np.random.Generator) -> dict[int, int]:
    """Token -> the one whose logit it gets, among the tokens by which names part at one place.

    Raises:
        InputError: no two names part, because one begins the other.
    """
    groups = _merged([fork.tokens for fork in forks(tree)])
    if not groups:
        raise InputError("The class names part nowhere, so that no rows of the head could change places.")
    taken: dict[int, int] = {}
    for tokens in groups:
        order: list[int] = rng.permutation(tokens).tolist()
        count = round(strength * len(tokens))
        chosen = order[: max(count, 2) if count else 0]
        taken |= dict(zip(chosen, chosen[1:] + chosen[:1], strict=True))
    return taken


def _merged(groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Groups that share no token any more, in a fixed order."""
    merged: list[set[int]] = []
    for group in map(set, groups):
        apart = [other for other in merged if not other & group]
        merged = [*apart, group.union(*(other for other in merged if other & group))]
    return [sorted(group) for group in merged]


def _exchanged(taken: dict[int, int], logits: Tensor) -> Tensor:
    changed = logits.clone()
    changed[..., list(taken)] = logits[..., list(taken.values())]
    return changed


LESION = Lesion(
    "head-permuted", "head", frozenset({"words"}), "tuning", "The output head's rows of class words change places.",
    "The last token knows the class, and the head says another.", plant,
)  # fmt: skip
