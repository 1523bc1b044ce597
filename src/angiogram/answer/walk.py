"""Greedy answers that the class names' own forward pass already holds.

The pass that scores the names gives the most likely token behind the prompt and behind every beginning of a name. An
answer that is a class name and then ends is read from it; only others need a forward pass a token.
"""

import torch
from torch import Tensor

from angiogram.answer.labels import LabelTree


def walk_tree(logits: Tensor, tree: LabelTree, ends: frozenset[int], longest: int) -> tuple[Tensor, Tensor]:
    """Follow the most likely tokens through the tree.

    Args:
        logits: `[B, 1 + M, V]` of `tree_logits`.
        tree: the class names.
        ends: tokens that end an answer.
        longest: most tokens of an answer.

    Returns:
        (answer tokens `[B, longest]`, -1 behind the end; `[B]`, true where the answer ended inside the tree or fills
        `longest`. The other rows left the tree and hold nothing to be used.)
    """
    likely = logits.argmax(dim=-1).tolist()  # [B][1 + M]
    answers = torch.full((len(likely), longest), -1, dtype=torch.long)
    known = torch.zeros(len(likely), dtype=torch.bool)
    for row, tokens in enumerate(likely):
        node: int | None = -1
        for step in range(longest):
            token = tokens[node + 1]
            if token in ends:
                known[row] = True
                break
            answers[row, step] = token
            node = tree.child(node, token)
            if node is None:
                break
        else:
            known[row] = True
    return answers, known
