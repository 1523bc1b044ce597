"""How likely each class name is as the answer, from the prompt's own key-value cache."""

import torch
from torch import Tensor

from angiogram.answer.labels import LabelTree
from angiogram.answer.masks import tree_masks
from angiogram.answer.prefill import Prefill


def tree_logits(prompts: Prefill, tree: LabelTree, *, gradient: bool = False) -> Tensor:
    """Logits `[B, 1 + M, V]` behind the prompt and behind each of the tree's M nodes.

    All class names go through the model in one pass: each node sees the prompt and its own ancestors only. `gradient`
    goes on with the graph that `prefill` kept.
    """
    cache = prompts.fork()
    batch = len(prompts.logits)
    with torch.set_grad_enabled(gradient):
        logits = prompts.model(
            input_ids=torch.tensor(tree.fed, device=prompts.logits.device).expand(batch, -1),
            attention_mask=tree_masks(cache, prompts.attention_mask, tree),
            past_key_values=cache,
            use_cache=True,
            **prompts.behind(tree.depths()),
        ).logits
    return torch.cat([prompts.logits[:, None], logits], dim=1)


def tree_log_likelihoods(logits: Tensor, tree: LabelTree) -> Tensor:
    """Summed log-likelihood `[B, K]` in float32 of each class name, from `tree_logits`."""
    rows: list[Tensor] = []
    for row in logits:  # one at a time: in float32 the logits of many names are large
        log_probabilities = row.float().log_softmax(dim=-1)  # [1 + M, V]
        scores = [log_probabilities[[n + 1 for n, _ in pairs], [t for _, t in pairs]].sum() for pairs in tree.scored]
        rows.append(torch.stack(scores))
    return torch.stack(rows)


def class_log_likelihoods(prompts: Prefill, tree: LabelTree, *, gradient: bool = False) -> Tensor:
    """Summed log-likelihood of each class name after the prompt, `[B, K]`; with the graph where `gradient` is asked."""
    return tree_log_likelihoods(tree_logits(prompts, tree, gradient=gradient), tree)
