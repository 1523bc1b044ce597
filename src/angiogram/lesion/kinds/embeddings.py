"""Embeddings: the language model is told other words than are meant."""

from typing import Any

import torch
from torch import Tensor, nn

from angiogram.diagnose.terms import Fault
from angiogram.lesion.kinds.head_permuted import exchanged
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

TOLD_WRONG: frozenset[Fault] = frozenset({"language model", "words"})


def _noised(planting: Planting) -> LoadedModel:
    """Add strength x noise of their own size to the embeddings of all words, the same noise to the same word.

    What a head that shares their weights says stays.
    """
    table: nn.Module = planting.loaded.model.get_input_embeddings()
    image, rows = planting.loaded.model.config.image_token_id, dict[int, Tensor]()

    def row(token: int, width: int) -> Tensor:
        if token not in rows:
            noise = planting.rng("word", token).standard_normal(width, dtype="float32")
            rows[token] = torch.zeros(width) if token == image else torch.from_numpy(noise)
        return rows[token]

    def after(_: nn.Module, args: tuple[Any, ...], states: Tensor) -> Tensor:
        tokens, places = args[0].unique(return_inverse=True)
        noise = torch.stack([row(token, states.shape[-1]) for token in tokens.tolist()]).to(states)
        size = states.float().square().mean(dim=-1, keepdim=True).sqrt().to(states)
        return states + planting.strength * size * noise[places]

    planting.stack.callback(table.register_forward_hook(after, prepend=True).remove)
    return planting.loaded


def _exchanged(planting: Planting) -> LoadedModel:
    """Let a share of the tokens that tell class names apart take each other's embedding; see `head_permuted`."""
    taken = exchanged(planting.material.names, planting.strength, planting.rng())
    table: nn.Module = planting.loaded.model.get_input_embeddings()

    def other(tokens: Tensor) -> Tensor:
        changed = tokens.clone()
        for token, source in taken.items():
            changed[tokens == token] = source
        return changed

    planting.input(table, other)
    return planting.loaded


NOISED = Lesion(
    "embeddings-noised", "embeddings", TOLD_WRONG, "tuning", "The embeddings of all words of the prompt are noised.",
    "It cannot read the question, nor the names in it.", _noised,
)  # fmt: skip
EXCHANGED = Lesion(
    "embeddings-exchanged", "embeddings", TOLD_WRONG, "frozen",
    "The embeddings of the words that tell the classes apart change places.",
    "Names are taken for each other as soon as they are read, in the question and behind their own first words.",
    _exchanged,
)  # fmt: skip
