"""Class names as token paths that share their beginnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from angiogram.errors import InputError


@dataclass(frozen=True)
class LabelTree:
    """The class names' tokens as a prefix tree; what stands behind a node is read from that node's logits.

    Each node is a token behind its parent; names that begin alike share nodes. Node -1 is the prompt's end.

    Attributes:
        fed: token id of each node, `[M]`, parents before children.
        parents: node before each node, `[M]`.
        scored: for each class, its (node, token) pairs: the token's log-probability is read at that node.
    """

    fed: tuple[int, ...]
    parents: tuple[int, ...]
    scored: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def lengths(self) -> Tensor:
        """Number of tokens of each class name, `[K]`."""
        return torch.tensor([len(pairs) for pairs in self.scored])

    def beginnings(self) -> list[tuple[int, int]]:
        """(class, other class) for each class whose name's tokens begin another's."""
        ends = {self._last(index): index for index in range(len(self.scored))}
        found: list[tuple[int, int]] = []
        for other, pairs in enumerate(self.scored):
            found += [(ends[node], other) for node, _ in pairs if node in ends]
        return found

    def _last(self, index: int) -> int:
        node, token = self.scored[index][-1]
        last = self.child(node, token)
        assert last is not None
        return last

    def child(self, node: int, token: int) -> int | None:
        """The node of this token behind `node`; None where no class name goes on so."""
        return self._children.get((node, token))

    @cached_property
    def _children(self) -> dict[tuple[int, int], int]:
        return {pair: node for node, pair in enumerate(zip(self.parents, self.fed, strict=True))}

    def depths(self) -> list[int]:
        """Tokens between the prompt's end and each node, 0 for a first token."""
        depths: list[int] = []
        for parent in self.parents:
            depths.append(0 if parent < 0 else depths[parent] + 1)
        return depths

    def ancestry(self) -> Tensor:
        """`[M, M]` boolean: true where the column is the row's node itself or one of its ancestors."""
        sees = torch.zeros(len(self.fed), len(self.fed), dtype=torch.bool)
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                sees[node] = sees[parent]
            sees[node, node] = True
        return sees


def label_tree(tokenizer: Any, names: Sequence[str]) -> LabelTree:  # a transformers tokenizer
    """The tree of class names as the model would begin its answer with them.

    Raises:
        InputError: a name has no tokens.
    """
    paths = [tuple(tokenizer(name, add_special_tokens=False).input_ids) for name in names]
    for name, path in zip(names, paths, strict=True):
        if not path:
            raise InputError(f"The class name '{name}' has no tokens in this model's vocabulary.")
    return path_tree(paths)


def path_tree(paths: Sequence[tuple[int, ...]]) -> LabelTree:
    """The tree of these token paths, none of them empty.

    >>> path_tree([(7, 8), (7, 9)])
    LabelTree(fed=(7, 8, 9), parents=(-1, 0, 0), scored=(((-1, 7), (0, 8)), ((-1, 7), (0, 9))))
    """
    nodes: dict[tuple[int, ...], int] = {}
    fed: list[int] = []
    parents: list[int] = []
    scored: list[tuple[tuple[int, int], ...]] = []
    for path in paths:
        pairs: list[tuple[int, int]] = []
        for end, token in enumerate(path):
            before = nodes.get(path[:end], -1)
            pairs.append((before, token))
            if path[: end + 1] not in nodes:
                nodes[path[: end + 1]] = len(fed)
                fed.append(token)
                parents.append(before)
        scored.append(tuple(pairs))
    return LabelTree(tuple(fed), tuple(parents), tuple(scored))
