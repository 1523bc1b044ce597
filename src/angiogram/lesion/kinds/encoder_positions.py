"""Encoder: what says where a patch stands is scrambled."""

from inspect import signature
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.lesion.blocks import encoder_blocks, norms_of
from angiogram.lesion.kinds.encoder import DRIFTED, WHY
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.layouts.tokens import leading_tokens
from angiogram.model.load import LoadedModel

NAMES = ("position_embedding", "positional_embedding", "pos_embed")
ROTARY = "position_embeddings"
"""The argument by which blocks are given the cosines and sines of rotary positions."""


def plant(planting: Planting) -> LoadedModel:
    """Let a share of the places take each other's embedding: rows of learned tables, and rotary angles of the tokens.

    Class and register tokens keep their own. Neighbours are then where others were, the same in every image.

    Raises:
        InputError: the encoder has neither.
    """
    loaded, blocks = planting.loaded, encoder_blocks(planting.loaded)
    tables, rotary = _tables(loaded), ROTARY in signature(blocks[0].forward).parameters
    if not tables and not rotary:
        raise InputError(f"The encoder of '{loaded.name}' is not known to embed positions.")
    for table in tables:  # [..., places, D]
        leading = 1 if loaded.anatomy.family == "mllama" else leading_tokens(loaded.model)
        order = exchanged_places(table.shape[-2] - leading, planting.strength, planting.rng("table"))
        taken = torch.from_numpy(np.concatenate([np.arange(leading), order + leading]))
        planting.weight(table, table.detach()[..., taken.to(table.device), :])
    for block in blocks if rotary else ():
        _turn(planting, block)
    return loaded


def exchanged_places(count: int, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """For each of `count` places the one that it takes from: a share of them, drawn, go round in one circle.

    >>> sorted(exchanged_places(4, 1.0, np.random.default_rng(0)).tolist())
    [0, 1, 2, 3]
    """
    order = np.arange(count)
    chosen = rng.permutation(count)[: round(share * count)]
    order[chosen] = np.roll(chosen, 1)
    return order


def _tables(loaded: LoadedModel) -> list[Tensor]:
    """Learned position embeddings `[..., places, D]` outside the encoder's blocks, the first of one table's size.

    Mllama adds a second one for each shape of an image and each of its tiles.
    """
    encoder = loaded.model.get_submodule(loaded.anatomy.encoder)
    width = next(iter(norms_of(encoder_blocks(loaded)[0])[0].parameters())).numel()
    found = [each for name, each in encoder.named_parameters() if any(part in name for part in NAMES)]
    places = next((each.shape[-2] for each in found if each.dim() > 1 and each.shape[-1] == width), 0)
    if not places:
        return []
    return [each.view(-1, places, width) for each in found if each.dim() > 1 and not each.numel() % (places * width)]


def _turn(planting: Planting, block: nn.Module) -> None:
    """Exchange the angles of an image's tokens before a block sees them."""

    def before(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        batch, angles = planting.shown.batch, kwargs.get(ROTARY)
        if batch is None or angles is None:
            return args, kwargs
        states: Tensor = args[0] if args else kwargs["hidden_states"]
        order = torch.cat([_order(planting, count) for count in _starts(batch.sizes(states, "encoder"))])
        return args, {**kwargs, ROTARY: tuple(each.index_select(-2, order.to(each.device)) for each in angles)}

    planting.stack.callback(block.register_forward_pre_hook(before, with_kwargs=True, prepend=True).remove)


def _starts(counts: list[int]) -> list[tuple[int, int]]:
    """(first token, number of tokens) of each image."""
    ends = np.cumsum([0, *counts]).tolist()
    return list(zip(ends[:-1], counts, strict=True))


def _order(planting: Planting, tokens: tuple[int, int]) -> Tensor:
    start, count = tokens
    order = exchanged_places(count, planting.strength, planting.rng("angles", count))
    return torch.from_numpy(start + order)


LESION = Lesion(
    "encoder-positions-scrambled", "encoder", DRIFTED, "tuning",
    "The places of the vision encoder's patches take each other's position embedding.", WHY, plant,
)  # fmt: skip
