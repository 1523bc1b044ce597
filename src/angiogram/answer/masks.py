"""Attention masks for the nodes of a label tree behind a cached prompt."""

from typing import Any

import torch
from torch import Tensor

from angiogram.answer.labels import LabelTree


def tree_masks(
    cache: Any,  # a transformers cache, holding the prompt
    attention_mask: Tensor,
    tree: LabelTree,
) -> Tensor | dict[str, Tensor]:
    """What each node sees: the prompt and its own ancestors, 0 where visible and the lowest number elsewhere.

    Args:
        cache: its sliding layers hold only the prompt's end, and a node sees no further back than their window.
        attention_mask: `[B, L]` of the prompt, 0 at padding.
        tree: of M nodes.

    Returns:
        In the precision of the cached keys (the encoder's may be another):
        `[B, 1, M, L + M]` for models whose layers all see as far; for models that mix full and sliding attention one
        mask each, under transformers' names, the latter `[B, 1, M, W + M]` with W cached tokens.
    """
    dtype = cache.layers[0].keys.dtype
    full = torch.cat([_prompt(attention_mask, tree), _nodes(attention_mask, tree)], dim=2)[:, None]
    sliding = [layer for layer in cache.layers if getattr(layer, "is_sliding", False)]
    if not sliding:
        return _additive(full, dtype)
    window, held = sliding[0].sliding_window, sliding[0].keys.shape[-2]
    length = attention_mask.shape[1]
    depths = torch.tensor(tree.depths(), device=attention_mask.device)
    near = length + depths[:, None] - torch.arange(length, device=attention_mask.device) < window  # [M, L]
    near_nodes = depths[:, None] - depths < window  # [M, M], of a name longer than the window
    prompt = (_prompt(attention_mask, tree) & near)[..., length - held :]
    slid = torch.cat([prompt, _nodes(attention_mask, tree) & near_nodes], dim=2)[:, None]
    if len(sliding) == len(cache.layers):
        return _additive(slid, dtype)
    return {"full_attention": _additive(full, dtype), "sliding_attention": _additive(slid, dtype)}


def _prompt(attention_mask: Tensor, tree: LabelTree) -> Tensor:
    """`[B, M, L]`, true where a node may see the prompt."""
    return attention_mask.bool()[:, None].expand(-1, len(tree.fed), -1)


def _nodes(attention_mask: Tensor, tree: LabelTree) -> Tensor:
    """`[B, M, M]`, true where a node may see another."""
    return tree.ancestry().to(attention_mask.device).expand(len(attention_mask), -1, -1)


def _additive(visible: Tensor, dtype: torch.dtype) -> Tensor:
    mask = torch.zeros(visible.shape, dtype=dtype, device=visible.device)
    return mask.masked_fill_(~visible, torch.finfo(dtype).min)
