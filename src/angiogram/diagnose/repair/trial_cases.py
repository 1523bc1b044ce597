"""The cases of a repair that costs passes: a few teach, and of the test side of one fold a few judge."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import prior
from angiogram.data.cases import Cases
from angiogram.data.splits import Splits

MOST = 192
MOST_JUDGED = 256


@dataclass(frozen=True)
class Trial:
    """Rows of two sides of one fold.

    Attributes:
        taught: at most `MOST` training cases, as equal in number for each class as the cases allow; ascending.
        judged: at most `MOST_JUDGED` of the fold's test cases, drawn at random; ascending.
        where: how the judged cases were chosen, in words.
    """

    taught: NDArray[np.int64]
    judged: NDArray[np.int64]
    where: str

    def right(
        self, taught: NDArray[np.floating], judged: NDArray[np.floating], labels: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Which judged cases are right by likelihoods `[n, K]` that are calibrated on the taught ones, as stage S."""
        return (judged - prior(taught)).argmax(axis=1) == labels[self.judged]


def choose_trial(cases: Cases, splits: Splits, seed: int, most: int = MOST) -> Trial:
    """The set's own split, or the first fold of a cross-validation."""
    train, test = splits.pairs[0]
    shuffled = np.random.default_rng(seed).permutation(train)
    labels, seen = cases.labels, np.zeros(len(cases.classes), np.int64)
    rank = np.empty(len(shuffled), np.int64)  # how many of its class stand before a case
    for place, row in enumerate(shuffled.tolist()):
        rank[place] = seen[labels[row]]
        seen[labels[row]] += 1
    taught = np.sort(shuffled[np.argsort(rank, kind="stable")[:most]])
    where = "the test cases" if len(splits.pairs) == 1 else f"the test cases of the first of {len(splits.pairs)} folds"
    if len(test) > MOST_JUDGED:
        where = f"{MOST_JUDGED} of {where}"
        test = np.sort(np.random.default_rng(seed).permutation(test)[:MOST_JUDGED])
    return Trial(taught, test, where)
