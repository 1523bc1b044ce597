"""Comprehension: noise in the residual stream of the LLM's middle third."""

from functools import partial

import torch
from torch import Tensor

from angiogram.lesion.handover import Site
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.noise import drowned, shared_noise, token_noise
from angiogram.lesion.planting import Planting
from angiogram.lesion.reference import from_image, reference_spreads
from angiogram.lesion.shown import Batch
from angiogram.model.load import LoadedModel
from angiogram.tap.attention import image_readers


def plant(planting: Planting) -> LoadedModel:
    """Drown the tokens of the image and all behind it in noise of their usual size, behind each block of the window.

    The blocks share the strength out, so that `1 - strength` of the stream comes through the whole window.
    """
    sites = [Site(path, "output", "prompt") for path in window(planting.loaded)]
    spreads = reference_spreads(planting.loaded, sites)
    each = 1 - (1 - planting.strength) ** (1 / len(sites))
    for site in sites:
        planting.rewrite(site, partial(_noisy, planting, site.path, spreads[site.path], each))
    return planting.loaded


def window(loaded: LoadedModel) -> tuple[str, ...]:
    """The blocks of the middle third, behind those between which further image features are added.

    Where the LLM reads the image by cross-attention, it is the last block that does: the next would read what noise
    before it has drowned.
    """
    blocks = loaded.anatomy.llm_blocks
    if not loaded.anatomy.image_tokens:
        return (blocks[max(image_readers(loaded))],)
    start = max(len(blocks) // 3, len(loaded.anatomy.deepstack))
    return blocks[start : max(start + 1, 2 * len(blocks) // 3)]


def _noisy(planting: Planting, path: str, spread: Tensor, strength: float, states: Tensor) -> Tensor:
    """States `[B, L, D]` of the prompts, or `[b, M, D]` of tokens behind them."""
    batch = planting.shown.batch
    if batch is None:
        return states
    if planting.shown.first:
        return _noisy_prompts(planting, batch, path, spread, strength, states)
    keys = [batch.keys[row] for row in planting.shown.rows]
    noise = torch.stack([shared_noise(planting, path, key, states.shape[-1]) for key in keys]).to(states.device)
    return drowned(states.float(), (noise * spread)[:, None], strength).to(states.dtype)


def _noisy_prompts(
    planting: Planting, batch: Batch, path: str, spread: Tensor, strength: float, states: Tensor
) -> Tensor:
    reached = from_image(batch.inputs, batch.loaded).to(states.device)  # [B, L]
    changed = states.clone()
    for row, (key, here) in enumerate(zip(batch.keys, reached, strict=True)):
        tokens = states[row, here].float()
        noise = token_noise(planting, path, key, *tokens.shape).to(states.device)
        changed[row, here] = drowned(tokens, noise * spread, strength).to(states.dtype)
    return changed


LESION = Lesion(
    "llm-noise", "language model", frozenset({"language model"}), "tuning",
    "The residual stream of the LLM's middle third is drowned in noise of its own size.",
    "The image reaches the language model in its own terms and is lost within.", plant,
)  # fmt: skip
