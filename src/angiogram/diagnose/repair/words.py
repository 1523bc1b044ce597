"""Repairs of the words alone, without a pass. [own]

*Own words*: what the model says, whatever it is, read as the class for which that text stands most often. It mends a
model that knows the classes by other names. *Exchanged names*: each class name read as the one class for which it
stands most often. It mends names that changed places, and little else. *Mapped names*: a multinomial ridge regression
from all K log-likelihoods to the classes. It mends whatever the likelihoods still tell, and so also what went wrong
long before the words: alone it blames nobody.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from angiogram.answer.calibrate import calibrated
from angiogram.probe.evaluate import Folds
from angiogram.probe.inner import inner_folds

UNREAD = -1


def exchanged_names(
    log_likelihoods: NDArray[np.floating], labels: NDArray[np.int64], folds: Folds
) -> NDArray[np.int64]:
    """The class for which the likeliest name stands, `[N]`; -1 in rows that no fold tests.

    The exchange is the one-to-one assignment with the most training cases right; `log_likelihoods` are `[N, K]`.

    >>> L = np.log(np.array([[0.9, 0.1], [0.2, 0.8]] * 4))
    >>> exchanged_names(L, np.array([1, 0] * 4), [(np.arange(6), np.arange(6, 8))])[6:].tolist()
    [1, 0]
    """
    K = log_likelihoods.shape[1]
    read = np.full(len(labels), UNREAD, dtype=np.int64)
    for train, test in folds:
        said = calibrated(log_likelihoods, [(train, train)])[train].argmax(axis=1)
        together = np.zeros((K, K), dtype=np.int64)
        np.add.at(together, (said, labels[train]), 1)
        _, stands_for = linear_sum_assignment(together, maximize=True)
        read[test] = stands_for[calibrated(log_likelihoods, [(train, test)])[test].argmax(axis=1)]
    return read


def own_words(
    texts: Sequence[str], labels: NDArray[np.int64], groups: NDArray[np.int64], seed: int
) -> NDArray[np.int64] | None:
    """The class for which each text stands most often among the other folds' cases, `[n]`; -1 for one not seen there.

    Only evaluated cases are asked for words, so these teach each other, in folds that divide no group.

    Args:
        texts: what the model said of n cases.
        labels: their classes, `[n]`.
        groups: their groups, `[n]`.
        seed: of the folds.

    Returns:
        None where all cases are of one group.

    >>> own_words(["Leber.", "leber", "Niere", "niere"], np.array([0, 0, 1, 1]), np.arange(4), 0).tolist()
    [0, 0, 1, 1]
    """
    fold = inner_folds(labels, groups, seed=seed)
    if fold is None:
        return None
    plain = ["".join(filter(str.isalnum, text.casefold())) for text in texts]
    read = np.full(len(labels), UNREAD, dtype=np.int64)
    for number in np.unique(fold).tolist():
        stands_for: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for case in np.flatnonzero(fold != number):
            stands_for[plain[case]].update([int(labels[case])])
        for case in np.flatnonzero(fold == number):
            if plain[case] in stands_for:
                seen = stands_for[plain[case]]
                read[case] = max(sorted(seen), key=seen.__getitem__)
    return read
