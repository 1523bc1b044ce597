"""Which other patient's image an entry is asked about instead of its own."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def one_picture_one_group(groups: Sequence[str], images: Sequence[str]) -> list[str]:
    """The group of each of n entries, where groups that share a picture are one: nobody's own image is another's.

    >>> one_picture_one_group(["a", "b", "c"], ["1.png", "1.png", "2.png"])
    ['0', '0', '1']
    """
    (_, group), (names, image) = (
        np.unique(np.asarray(each, dtype=object).astype(str), return_inverse=True) for each in (groups, images)
    )
    nodes = len(names) + len(groups)
    links = coo_array((np.ones(len(group)), (len(names) + group, image)), shape=(nodes, nodes))
    return [str(component) for component in connected_components(links, directed=False)[1][image]]


def donors(groups: Sequence[str], seed: int) -> NDArray[np.int64] | None:
    """For each of n entries another of another group, `[n]`; None where all are of one group.

    Each entry gives its image once: entries are laid out group by group in a seeded order, and each receives from the
    one that stands the size of the largest group further on. Where one group holds more than half of the entries there
    is no such exchange, and entries draw from the other groups with repetition.

    >>> sorted(donors(["a", "a", "b", "b"], seed=0)[:2].tolist())
    [2, 3]
    >>> donors(["a", "a"], seed=0) is None
    True
    """
    names, number = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    if len(names) < 2:
        return None
    random = np.random.default_rng(seed)
    place = random.permutation(len(names))[number]  # of each entry's group
    order = np.lexsort((random.permutation(len(number)), place))
    largest = int(np.bincount(number).max())
    found = np.empty(len(number), dtype=np.int64)
    if 2 * largest <= len(number):
        found[order] = np.roll(order, -largest)
        return found
    for entry, group in enumerate(number):
        others = np.flatnonzero(number != group)
        found[entry] = others[random.integers(len(others))]
    return found
