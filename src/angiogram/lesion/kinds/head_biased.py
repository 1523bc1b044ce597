"""Mapping: the head prefers one class whatever it sees."""

from functools import partial

from torch import Tensor

from angiogram.answer.forks import forks
from angiogram.answer.labels import LabelTree
from angiogram.errors import InputError
from angiogram.lesion.head import head_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.lesion.raised import BEGINNING, Raised
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Raise one class's token wherever class names part; the seed chooses the class.

    Calibration over training images takes a constant bias out again: it is raw likelihoods and the generated answer
    that suffer.

    Raises:
        InputError: no class has a token of its own.
    """
    preferable = preferable_names(planting.material.names)
    tokens = preferable[int(planting.rng().integers(len(preferable)))]
    raised = Raised(planting.shown, tokens, partial(_biased, planting.strength), lambda _: True)
    planting.output(head_of(planting.loaded), raised)
    return planting.loaded


def parting(tree: LabelTree, index: int) -> dict[int, int]:
    """The token before -> the class's own, wherever its name parts from others.

    >>> from angiogram.answer.labels import path_tree
    >>> parting(path_tree([(7, 8), (7, 9), (6,)]), 1)
    {-1: 7, 7: 9}
    """
    places = {fork.node for fork in forks(tree)}
    return {BEGINNING if n < 0 else tree.fed[n]: token for n, token in tree.scored[index] if n in places}


def preferable_names(tree: LabelTree) -> list[dict[int, int]]:
    """`parting` of every class that has a token of its own.

    Raises:
        InputError: none has.
    """
    found = [tokens for index in range(len(tree.scored)) if (tokens := parting(tree, index))]
    if not found:
        raise InputError("The class names part nowhere, so that the head could not prefer one of them.")
    return found


def _biased(strength: float, logits: Tensor, token: int) -> Tensor:
    """Raised by strength^2 of the logits' range: at 1 none is above it, at 0.25 it is a few nats."""
    return logits[..., token] + strength**2 * (logits.amax(dim=-1) - logits.amin(dim=-1) + 1)


LESION = Lesion(
    "head-biased", "head", frozenset({"words", "format"}), "tuning",
    "The output head prefers one class's words whatever the image.",
    "A bias is taken out of the likelihoods by calibration: then the right name is preferred and not said.", plant,
)  # fmt: skip
