"""How likely each class name is as the answer, from the prompt's own key-value cache."""

import torch
from torch import Tensor

from angiogram.answer.labels import LabelTree
from angiogram.answer.masks import tree_masks
from angiogram.answer.prefill import Prefill


@torch.no_grad()
def class_log_likelihoods(prompts: Prefill, tree: LabelTree) -> Tensor:
    """Summed log-likelihood of each class name after the prompt, `[B, K]`.

    All names go through the model in one pass: each node of the tree sees the prompt and its own ancestors only.
    """
    logits = prompts.logits[:, None]  # [B, 1, V]
    if tree.fed:
        logits = torch.cat([logits, _node_logits(prompts, tree)], dim=1)  # [B, 1 + M, V]
    log_probabilities = logits.float().log_softmax(dim=-1)
    scores: list[Tensor] = []
    for pairs in tree.scored:
        nodes, tokens = zip(*pairs, strict=True)
        scores.append(log_probabilities[:, [node + 1 for node in nodes], list(tokens)].sum(dim=1))  # [B]
    return torch.stack(scores, dim=1)


def _node_logits(prompts: Prefill, tree: LabelTree) -> Tensor:
    """`[B, M, V]`"""
    depths = tree.depths()
    cache = prompts.fork()
    batch = len(prompts.logits)
    return prompts.model(
        input_ids=torch.tensor(tree.fed, device=prompts.logits.device).expand(batch, -1),
        attention_mask=tree_masks(cache, prompts.attention_mask, tree, prompts.model.dtype),
        past_key_values=cache,
        use_cache=True,
        **prompts.behind(depths),
    ).logits
