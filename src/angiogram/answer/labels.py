"""The classes' words as token paths that share their beginnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from angiogram.answer.counted import Members, counted_words
from angiogram.data.class_words import ClassWords, one_word_each
from angiogram.errors import InputError

Path = tuple[int, ...]
"""The tokens of a word."""


@dataclass(frozen=True)
class LabelTree:
    """The words' tokens as a prefix tree; what stands behind a node is read from that node's logits.

    Each node is a token behind its parent; words that begin alike share nodes. Node -1 is the prompt's end.

    Attributes:
        fed: token id of each node, `[M]`, parents before children.
        parents: node before each node, `[M]`.
        scored: for each word, its (node, token) pairs: the token's log-probability is read at that node; `[W]`.
        counted: for each class, the words whose probabilities add up to its own; `[K]`.
        beside: the same for another wording, which is scored and not counted; empty where there is none.
    """

    fed: tuple[int, ...]
    parents: tuple[int, ...]
    scored: tuple[tuple[tuple[int, int], ...], ...]
    counted: Members
    beside: Members = ()

    @property
    def lengths(self) -> Tensor:
        """Number of tokens of each class's first counted word, `[K]`."""
        return torch.tensor([len(self.scored[words[0]]) for words in self.counted])

    @property
    def longest(self) -> int:
        """Number of tokens of the longest word."""
        return max(map(len, self.scored))

    def beginnings(self) -> list[tuple[int, int]]:
        """(word, word of another class) for each counted word whose tokens begin another's."""
        of = {word: index for index, words in enumerate(self.counted) for word in words}
        ends = {self._last(word): word for word in of}
        passed = [(ends[node], word) for word in of for node, _ in self.scored[word] if node in ends]
        return [(short, word) for short, word in passed if of[short] != of[word]]

    def _last(self, word: int) -> int:
        node, token = self.scored[word][-1]
        last = self.child(node, token)
        assert last is not None
        return last

    def child(self, node: int, token: int) -> int | None:
        """The node of this token behind `node`; None where no word goes on so."""
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
    """The tree of class names, one word a class, as the model would begin its answer with them.

    Raises:
        InputError: a name has no tokens.
    """
    return words_tree(tokenizer, one_word_each(names))


def words_tree(tokenizer: Any, words: ClassWords, beside: ClassWords | None = None) -> LabelTree:
    """The tree of all words of the classes, in the order of `words.texts`, then what `beside` has besides.

    Raises:
        InputError: a word has no tokens.
    """
    texts = list(dict.fromkeys([*words.texts, *(() if beside is None else beside.texts)]))
    paths = [_path(tokenizer, text) for text in texts]

    def members(of: ClassWords) -> Members:
        return counted_words(paths, [[texts.index(text) for text in each] for each in of.of])

    return path_tree(paths, members(words), () if beside is None else members(beside))


def _path(tokenizer: Any, text: str) -> Path:
    path = tuple(tokenizer(text, add_special_tokens=False).input_ids)
    if not path:
        raise InputError(f"The class name '{text}' has no tokens in this model's vocabulary.")
    return path


def path_tree(paths: Sequence[Path], counted: Members | None = None, beside: Members = ()) -> LabelTree:
    """The tree of these token paths, none of them empty; each is a class where `counted` does not say otherwise.

    >>> tree = path_tree([(7, 8), (7, 9)])
    >>> tree.fed, tree.parents, tree.scored
    ((7, 8, 9), (-1, 0, 0), (((-1, 7), (0, 8)), ((-1, 7), (0, 9))))
    >>> tree.counted
    ((0,), (1,))
    """
    nodes: dict[Path, int] = {}
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
    each = tuple((word,) for word in range(len(paths)))
    return LabelTree(tuple(fed), tuple(parents), tuple(scored), each if counted is None else counted, beside)
