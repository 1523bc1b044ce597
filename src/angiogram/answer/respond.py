"""Both answers to a batch of prompts from one prefill: how likely each word is, and what the model says."""

import torch
from torch import Tensor

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import LabelTree
from angiogram.answer.likelihood import word_log_likelihoods
from angiogram.answer.prefill import Prefill
from angiogram.answer.walk import walk_tree


@torch.no_grad()
def respond(prompts: Prefill, tree: LabelTree, logits: Tensor, asked: Tensor, longest: int) -> tuple[Tensor, Tensor]:
    """Score the classes' words, and go on greedily where the answer is none of them.

    Args:
        prompts: B prompts.
        tree: the words.
        logits: of `tree_logits`, `[B, 1 + M, V]`.
        asked: `[B]`, true where the model is to answer in words.
        longest: most tokens of an answer.

    Returns:
        (log-likelihoods of the words `[B, W]`; answer tokens `[B, longest]`, -1 behind the end and in rows that are not
        asked.)
    """
    said, known = walk_tree(logits, tree, prompts.ends, longest)
    rest = (~known & asked).nonzero().squeeze(1)
    if len(rest):
        said[rest] = continue_greedily(prompts, rest, longest).cpu()
    said[~asked] = -1
    return word_log_likelihoods(logits, tree), said
