"""How likely each class name is as the answer, from the prompt's own key-value cache."""

from typing import Any

import torch
from torch import Tensor

from angiogram.answer.labels import LabelTree


@torch.no_grad()
def class_log_likelihoods(
    model: Any,  # a transformers model
    tree: LabelTree,
    prompt_logits: Tensor,
    cache: Any,  # its key-value cache after the prompt
    attention_mask: Tensor,
) -> Tensor:
    """Summed log-likelihood of each class name after the prompt, `[B, K]`.

    All names go through the model in one pass: each node of the tree sees the prompt and its own ancestors only. The
    cache is cut back to the prompt afterwards.

    Args:
        model: causal, takes `attention_mask` `[B, 1, M, L + M]` and `position_ids`.
        tree: the class names.
        prompt_logits: `[B, V]` at the prompt's last token.
        cache: of length L, filled with positions that start behind the padding (`model.prompt.position_ids`).
        attention_mask: `[B, L]` of the prompt, 0 at padding.
    """
    logits = prompt_logits[:, None]  # [B, 1, V]
    if tree.fed:
        logits = torch.cat([logits, _node_logits(model, tree, cache, attention_mask)], dim=1)  # [B, 1 + M, V]
    log_probabilities = logits.float().log_softmax(dim=-1)
    scores: list[Tensor] = []
    for pairs in tree.scored:
        nodes, tokens = zip(*pairs, strict=True)
        scores.append(log_probabilities[:, [node + 1 for node in nodes], list(tokens)].sum(dim=1))  # [B]
    return torch.stack(scores, dim=1)


def _node_logits(model: Any, tree: LabelTree, cache: Any, attention_mask: Tensor) -> Tensor:
    batch, length = attention_mask.shape
    nodes = len(tree.fed)
    device = attention_mask.device
    sees_prompt = attention_mask.bool()[:, None].expand(batch, nodes, length)
    sees_nodes = tree.ancestry().to(device).expand(batch, nodes, nodes)
    visible = torch.cat([sees_prompt, sees_nodes], dim=2)[:, None]  # [B, 1, M, L + M]
    mask = torch.zeros(visible.shape, dtype=model.dtype, device=device)
    mask.masked_fill_(~visible, torch.finfo(model.dtype).min)
    positions = attention_mask.sum(dim=1)[:, None] + torch.tensor(tree.depths(), device=device)  # [B, M]
    fed = torch.tensor(tree.fed, device=device).expand(batch, nodes)
    logits = model(
        input_ids=fed, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True
    ).logits
    cache.crop(-nodes)
    return logits
