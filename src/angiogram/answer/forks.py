"""Where the classes' words part: the only places of their tokens at which a choice between them is made."""

from collections import defaultdict
from dataclasses import dataclass

from angiogram.answer.labels import LabelTree


@dataclass(frozen=True)
class Fork:
    """A place behind which counted words go on with different tokens.

    Attributes:
        node: of the label tree, -1 at the prompt's end.
        tokens: those by which words go on, two or more.
        chosen: (word, position in `tokens`) of every word that passes here and goes on.
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
    passing: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for word in sorted(word for words in tree.counted for word in words):
        for node, token in tree.scored[word]:
            if token not in behind[node]:
                behind[node].append(token)
            passing[node].append((word, behind[node].index(token)))
    return tuple(
        Fork(node, tuple(tokens), tuple(passing[node])) for node, tokens in sorted(behind.items()) if len(tokens) > 1
    )
