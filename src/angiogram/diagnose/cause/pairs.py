"""Which cases exchange their images."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from angiogram.model.layouts.tokens import image_counts
from angiogram.model.load import LoadedModel

# What processors say of an image's shape, beside its number of tokens.
_SHAPES = ("image_grid_thw", "aspect_ratio_ids")


def image_shapes(loaded: LoadedModel, inputs: Any) -> list[Hashable]:
    """Of each prompt, what must be the same in two images that are to take each other's place."""
    told = [inputs[name].reshape(len(inputs["input_ids"]), -1).tolist() for name in _SHAPES if name in inputs]
    return [(count, *map(tuple, rest)) for count, *rest in zip(image_counts(loaded.model, inputs), *told, strict=True)]


def draw_pairs(
    labels: NDArray[np.int64],
    answers: NDArray[np.int64],
    shapes: Sequence[Hashable],
    groups: NDArray[np.int64],
    seed: int,
) -> tuple[tuple[int, int], ...]:
    """Pairs of cases of different classes, different answers and the same shape of image; each case at most once.

    A case is taken from the most frequent answer that is left, its partner from the next most frequent one that has
    any, so that few are left over; otherwise by chance. A group exchanges with one other at most, and within itself or
    with that one where it can: pairs that share a group are one piece of evidence (`units_of_pairs`). [own]

    Args:
        labels: true classes `[n]`.
        answers: classes that the untouched model answers, `[n]`.
        shapes: of each case, anything that can be compared.
        groups: of each case `[n]`.
        seed: of the draw.

    >>> truth = np.array([0, 0, 1, 1])
    >>> draw_pairs(truth, truth, ["a", "b", "a", "b"], np.arange(4), seed=0)
    ((0, 2), (1, 3))
    """

    def fit(one: int, other: int) -> bool:
        alike = shapes[one] == shapes[other]
        return alike and labels[one] != labels[other] and answers[one] != answers[other]

    return _drawn(answers, fit, groups, seed)


def draw_within_classes(
    labels: NDArray[np.int64],
    shapes: Sequence[Hashable],
    groups: NDArray[np.int64],
    units: NDArray[np.int64],
    seed: int,
) -> tuple[tuple[int, int], ...]:
    """Pairs of cases of the same class, another group and the same shape of image; each case at most once.

    Another group, since two images of one patient are nearly one. [own]

    Args:
        labels: true classes `[n]`.
        shapes: of each case, anything that can be compared.
        groups: of each case `[n]`.
        units: what is tied together already, `[n]`; a unit is tied to one other at most.
        seed: of the draw.

    >>> draw_within_classes(np.array([0, 1, 0, 1]), ["a"] * 4, np.arange(4), np.array([0, 0, 1, 1]), seed=0)
    ((0, 2), (1, 3))
    """

    def fit(one: int, other: int) -> bool:
        return shapes[one] == shapes[other] and labels[one] == labels[other] and groups[one] != groups[other]

    return _drawn(labels, fit, units, seed)


def _drawn(
    kinds: NDArray[np.int64], fit: Callable[[int, int], bool], groups: NDArray[np.int64], seed: int
) -> tuple[tuple[int, int], ...]:
    """Pairs that fit, the most frequent kinds first, each group with one other at most, as `draw_pairs` says."""
    mates = {group: group for group in groups.tolist()}
    left = np.random.default_rng(seed).permutation(len(kinds)).tolist()
    pairs: list[tuple[int, int]] = []
    while left:
        often = Counter(kinds[left].tolist())
        one = max(left, key=lambda case: often[int(kinds[case])])
        left.remove(one)
        group = int(groups[one])
        partners = [case for case in left if fit(one, case)]
        near = [case for case in partners if groups[case] in (group, mates[group])]
        if not near and mates[group] == group:
            near = [case for case in partners if mates[int(groups[case])] == groups[case]]
        if near:
            other = max(near, key=lambda case: often[int(kinds[case])])
            left.remove(other)
            pairs.append((min(one, other), max(one, other)))
            if groups[other] != group:
                mates |= {group: int(groups[other]), int(groups[other]): group}
    return tuple(sorted(pairs))


def units_of_pairs(pairs: Sequence[tuple[int, int]], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The unit that each case of the pairs is resampled with, `[2 x pairs]`, partners next to each other.

    What happens to a pair happens to both of its cases, and the cases of a group are alike: pairs belong together that
    share a group, and those that are linked by others. [own]

    Args:
        pairs: of positions.
        groups: of the cases at these positions.

    >>> units_of_pairs([(0, 2), (1, 4), (3, 5)], np.array([7, 7, 8, 9, 8, 9]))
    array([0, 0, 0, 0, 1, 1])
    """
    cases = np.array(pairs, dtype=np.int64).reshape(-1)
    names, group = np.unique(groups[cases], return_inverse=True)
    links = coo_array((np.ones(len(pairs)), (group[::2], group[1::2])), shape=(len(names), len(names)))
    return connected_components(links, directed=False)[1][group].astype(np.int64)


def draw_alike(
    chosen: Sequence[int], answers: NDArray[np.int64], shapes: Sequence[Hashable]
) -> tuple[tuple[int, int], ...]:
    """Pairs of cases with the same answer and the same shape of image, so that each of `chosen` that can has a partner.

    Args:
        chosen: positions of cases.
        answers: classes that the untouched model answers, `[n]`.
        shapes: of each of the n cases.

    >>> draw_alike([0, 1, 2, 3], np.array([0, 1, 0, 0]), ["a"] * 4)
    ((0, 2), (3, 0))
    """
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for case in chosen:
        alike[int(answers[case]), shapes[case]].append(case)
    pairs: list[tuple[int, int]] = []
    for cases in alike.values():
        if len(cases) > 1:
            odd = [cases[-1], cases[0]] if len(cases) % 2 else []
            even = cases[: len(cases) // 2 * 2] + odd
            pairs += zip(even[::2], even[1::2], strict=True)
    return tuple(pairs)
