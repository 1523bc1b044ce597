"""How likely each class is as the answer, from the prompt's own key-value cache."""

from collections import Counter

import torch
from torch import Tensor

from angiogram.answer.counted import class_scores
from angiogram.answer.labels import LabelTree
from angiogram.answer.masks import tree_masks
from angiogram.answer.prefill import Prefill, forked


def tree_logits(prompts: Prefill, tree: LabelTree, *, gradient: bool = False) -> Tensor:
    """Logits `[B, 1 + M, V]` behind the prompt and behind each of the tree's M nodes.

    All words go through the model in one pass, in which each node sees the prompt and its own ancestors only; in
    a model whose memory cannot branch, each node in a pass of its own. `gradient` goes on with the graph that `prefill`
    kept.
    """
    with torch.set_grad_enabled(gradient):
        logits = _at_once(prompts, tree) if prompts.branching else _one_by_one(prompts, tree)
    return torch.cat([prompts.logits[:, None], *logits], dim=1)


def _at_once(prompts: Prefill, tree: LabelTree) -> list[Tensor]:
    cache = prompts.fork()
    output = prompts.model(
        input_ids=torch.tensor(tree.fed, device=prompts.logits.device).expand(len(prompts.logits), -1),
        attention_mask=tree_masks(cache, prompts.attention_mask, tree),
        past_key_values=cache,
        use_cache=True,
        **prompts.behind(tree.depths()),
    )
    return [output.logits]


def _one_by_one(prompts: Prefill, tree: LabelTree) -> list[Tensor]:
    """Each node behind a fork of its parent's cache, in the tree's order."""
    open_children = Counter(tree.parents)
    caches = {-1: prompts.cache}
    logits: list[Tensor] = []
    for node, (parent, token, depth) in enumerate(zip(tree.parents, tree.fed, tree.depths(), strict=True)):
        cache = forked(caches[parent])
        fed = torch.full((len(prompts.logits), 1), token, device=prompts.logits.device)
        seen = torch.ones(len(fed), depth + 1, dtype=prompts.attention_mask.dtype, device=fed.device)
        output = prompts.model(
            input_ids=fed,
            attention_mask=torch.cat([prompts.attention_mask, seen], dim=1),
            past_key_values=cache,
            use_cache=True,
            **prompts.behind([depth]),
        )
        logits.append(output.logits)
        open_children[parent] -= 1
        if not open_children[parent]:
            del caches[parent]
        if open_children[node]:
            caches[node] = cache
    return logits


def word_log_likelihoods(logits: Tensor, tree: LabelTree) -> Tensor:
    """Summed log-likelihood `[B, W]` in float32 of each word, from `tree_logits`."""
    rows: list[Tensor] = []
    for row in logits:  # one at a time: in float32 the logits of many names are large
        log_probabilities = row.float().log_softmax(dim=-1)  # [1 + M, V]
        scores = [log_probabilities[[n + 1 for n, _ in pairs], [t for _, t in pairs]].sum() for pairs in tree.scored]
        rows.append(torch.stack(scores))
    return torch.stack(rows)


def tree_log_likelihoods(logits: Tensor, tree: LabelTree) -> Tensor:
    """Log-likelihood `[B, K]` in float32 of each class by its words, from `tree_logits`."""
    return class_scores(word_log_likelihoods(logits, tree), tree.counted)


def class_log_likelihoods(prompts: Prefill, tree: LabelTree, *, gradient: bool = False) -> Tensor:
    """Log-likelihood of each class after the prompt, `[B, K]`; with the graph where `gradient` is asked."""
    return tree_log_likelihoods(tree_logits(prompts, tree, gradient=gradient), tree)
