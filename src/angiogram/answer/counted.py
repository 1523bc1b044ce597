"""From the likelihoods of words to those of classes.

A class has the probability that the answer begins with any of its words: `p(c) = sum over w in W_c of p(w)`. [own] A
word that itself begins with another of the same class adds nothing, for that one's probability holds it already. One
class, one word is the usual case; several take away what synonyms take from each other (the surface form competition of
Holtzman et al. 2021, arXiv 2104.08315) without a choice between them.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

Members = tuple[tuple[int, ...], ...]
"""Of each class, its words by number."""


def counted_words(paths: Sequence[tuple[int, ...]], of: Sequence[Sequence[int]]) -> Members:
    """Of each class the words that begin with no other of its words; of equal ones the first.

    Args:
        paths: the tokens of each word, `[W]`.
        of: the words of each class by number, `[K]`.

    >>> counted_words([(7, 8), (7,), (9,), (9,)], [[0, 1], [2, 3]])
    ((1,), (2,))
    """

    def held(word: int, others: Sequence[int]) -> bool:
        path = paths[word]
        return any(
            paths[other] == path[: len(paths[other])] and (len(paths[other]) < len(path) or other < word)
            for other in others
            if other != word
        )

    return tuple(tuple(word for word in words if not held(word, words)) for words in of)


def class_scores(words: Tensor, counted: Members) -> Tensor:
    """Log-likelihood of each class from those of the words, `[..., W]` -> `[..., K]`.

    >>> class_scores(torch.tensor([0.1, 0.3, 0.2]).log(), ((0, 1), (2,))).exp()
    tensor([0.4000, 0.2000])
    """
    if all(members == (word,) for word, members in enumerate(counted)):
        return words[..., : len(counted)]
    return torch.stack([words[..., list(members)].logsumexp(dim=-1) for members in counted], dim=-1)
