"""The head: where its logits come from, and which of them tell classes apart."""

from collections import defaultdict

from torch import nn

from angiogram.answer.labels import LabelTree
from angiogram.errors import InputError
from angiogram.model.load import LoadedModel


def head_of(loaded: LoadedModel) -> nn.Module:
    """The output head; what it says is changed, not its weights, which may be those of the input embedding.

    Raises:
        InputError: the model names none.
    """
    head: nn.Module | None = loaded.model.get_output_embeddings()
    if head is None:
        raise InputError(f"'{loaded.name}' does not say which module its output head is.")
    return head


def forks(tree: LabelTree) -> dict[int, list[int]]:
    """Node -> the tokens by which class names part behind it, where there are two or more.

    >>> from angiogram.answer.labels import path_tree
    >>> forks(path_tree([(7, 8), (7, 9), (7,)]))
    {0: [8, 9]}
    """
    behind: defaultdict[int, list[int]] = defaultdict(list)
    for node, token in zip(tree.parents, tree.fed, strict=True):
        behind[node].append(token)
    return {node: tokens for node, tokens in behind.items() if len(tokens) > 1}
