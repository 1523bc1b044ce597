"""Where class names part: the only places of their tokens at which a choice between classes is made."""

from collections import defaultdict
from dataclasses import dataclass

from angiogram.answer.labels import LabelTree


@dataclass(frozen=True)
class Fork:
    """A place behind which class names go on with different tokens.

    Attributes:
        node: of the label tree, -1 at the prompt's end.
        tokens: those by which names go on, two or more.
        chosen: (class, position in `tokens`) of every class whose name passes here and goes on.
    """

    node: int
    tokens: tuple[int, ...]
    chosen: tuple[tuple[int, int], ...]


def forks(tree: LabelTree) -> tuple[Fork, ...]:
    """All forks of the tree, in the order of its nodes.

    >>> from angiogram.answer.labels import path_tree
    >>> forks(path_tree([(7, 8), (7, 9), (7,)]))
    (Fork(node=0, tokens=(8, 9), chosen=((0, 0), (1, 1))),)
    """
    behind: defaultdict[int, list[int]] = defaultdict(list)
    for node, token in zip(tree.parents, tree.fed, strict=True):
        behind[node].append(token)
    passing: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, pairs in enumerate(tree.scored):
        for node, token in pairs:
            passing[node].append((index, behind[node].index(token)))
    return tuple(
        Fork(node, tuple(tokens), tuple(passing[node])) for node, tokens in sorted(behind.items()) if len(tokens) > 1
    )
