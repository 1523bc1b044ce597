"""Language model: blocks left out or exchanged, heads or MLPs off, the last norm noised, image positions wrong."""

from functools import partial
from itertools import combinations
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.lesion.blocks import mlp_of
from angiogram.lesion.kinds.encoder import gains_noised, heads_off
from angiogram.lesion.kinds.llm_noise import window
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.layouts.tokens import image_mask
from angiogram.model.load import LoadedModel

INSIDE: frozenset[Fault] = frozenset({"language model"})
AT_ITS_END: frozenset[Fault] = frozenset({"language model", "words"})
WHY = "It is given the image in its own terms and does not use it."
WHY_END = "So close to the head it is the same whether the last token is not read out or its words are not found."


def _skipped(place: float, planting: Planting) -> LoadedModel:
    """Scale what the block at this share of the depth adds to the stream by 1 - strength."""
    blocks = planting.loaded.anatomy.llm_blocks
    block = planting.loaded.model.get_submodule(blocks[min(int(place * len(blocks)), len(blocks) - 1)])

    def blend(given: Tensor, said: Tensor) -> Tensor:
        return given if planting.strength == 1 else said + planting.strength * (given - said)

    planting.through(block, blend)
    return planting.loaded


def _heads(planting: Planting) -> LoadedModel:
    for path in window(planting.loaded):
        heads_off(planting, planting.loaded.model.get_submodule(path))
    return planting.loaded


def _mlps(planting: Planting) -> LoadedModel:
    for path in window(planting.loaded):
        planting.fade(mlp_of(planting.loaded.model.get_submodule(path)))
    return planting.loaded


def _norm(planting: Planting) -> LoadedModel:
    gains_noised(planting, planting.loaded.model.get_submodule(planting.loaded.anatomy.llm_norm))
    return planting.loaded


def _exchange(planting: Planting) -> LoadedModel:
    """Let two blocks a half of the depth apart take each other's weights.

    Each place keeps its share of the cache, its mask and its kind of attention.

    Raises:
        InputError: no two blocks are built alike.
    """
    blocks = [planting.loaded.model.get_submodule(path) for path in planting.loaded.anatomy.llm_blocks]
    first, second = (dict(blocks[index].named_parameters()) for index in distant_pair(blocks))
    taken = {name: second[name].detach().clone() for name in first}
    for name, weight in first.items():
        planting.weight(second[name], weight)
        planting.weight(weight, taken[name])
    return planting.loaded


def distant_pair(blocks: list[nn.Module]) -> tuple[int, int]:
    """The two blocks of one shape that lie nearest to a quarter and to three quarters of the depth.

    >>> distant_pair([nn.Linear(2, 2) for _ in range(8)])
    (2, 5)

    Raises:
        InputError: no two blocks are built alike.
    """
    shapes = [{name: weight.shape for name, weight in block.named_parameters()} for block in blocks]
    alike = [pair for pair in combinations(range(len(blocks)), 2) if shapes[pair[0]] == shapes[pair[1]]]
    if not alike:
        raise InputError("No two blocks of the language model are built alike, so that none can be exchanged.")
    quarter = len(blocks) // 4
    return min(alike, key=lambda pair: abs(pair[0] - quarter) + abs(pair[1] - (len(blocks) - 1 - quarter)))


def _positions(planting: Planting) -> LoadedModel:
    """Turn queries and keys of all image tokens by the angles of the image's first token.

    Raises:
        InputError: no image tokens stand in the prompt.
    """
    loaded = planting.loaded
    if not loaded.anatomy.image_tokens:
        raise InputError(f"No image tokens stand in the prompt of '{loaded.name}' whose positions could be wrong.")
    for path in loaded.anatomy.llm_blocks:
        before = partial(_at_one_place, planting)
        block = loaded.model.get_submodule(path)
        planting.stack.callback(block.register_forward_pre_hook(before, with_kwargs=True, prepend=True).remove)
    return loaded


def _at_one_place(planting: Planting, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    batch, angles = planting.shown.batch, kwargs.get("position_embeddings")
    if batch is None or not planting.shown.first or angles is None:
        return args, kwargs
    image = image_mask(planting.loaded.model, batch.inputs)  # [B, L]
    places = torch.arange(image.shape[1], device=image.device).expand_as(image)
    own = torch.where(image, image.int().argmax(dim=1, keepdim=True), places)  # [B, L]
    return args, {**kwargs, "position_embeddings": tuple(_taken(each, own.to(each.device)) for each in angles)}


def _taken(angles: Tensor, places: Tensor) -> Tensor:
    """Angles `[..., B or 1, L, d]` of other places `[B, L]`."""
    whole = angles.expand(*angles.shape[:-3], len(places), *angles.shape[-2:])
    return whole.gather(-2, places[..., None].expand(whole.shape))


EXCHANGED = Lesion(
    "llm-blocks-exchanged", "language model", INSIDE, "tuning",
    "Two distant blocks of the language model take each other's weights.", WHY, _exchange, draws=False, graded=False,
)  # fmt: skip
LAST_SKIPPED = Lesion(
    "llm-last-block-skipped", "language model", AT_ITS_END, "tuning", "The language model's last block is left out.",
    WHY_END, partial(_skipped, 1.0), draws=False,
)  # fmt: skip
NORM = Lesion(
    "llm-norm-noised", "language model", AT_ITS_END, "tuning",
    "The gain of the language model's final norm is noised.", WHY_END, _norm,
)  # fmt: skip
MIDDLE_SKIPPED = Lesion(
    "llm-middle-block-skipped", "language model", INSIDE, "frozen", "A middle block of the language model is left out.",
    WHY, partial(_skipped, 0.5), draws=False,
)  # fmt: skip
HEADS = Lesion(
    "llm-heads-off", "language model", INSIDE, "frozen",
    "Half of the attention heads are off in the middle third of the language model.", WHY, _heads,
)  # fmt: skip
MLPS = Lesion(
    "llm-mlps-off", "language model", INSIDE, "frozen",
    "The MLPs are off in the middle third of the language model.", WHY, _mlps, draws=False,
)  # fmt: skip
POSITIONS = Lesion(
    "llm-image-positions", "language model", frozenset({"language model", "hand-over"}), "frozen",
    "The language model takes all image tokens to stand at the place of the first.",
    "Where a token stands is the hand-over's to say and the language model's to read.", _positions, draws=False,
    graded=False,
)  # fmt: skip
