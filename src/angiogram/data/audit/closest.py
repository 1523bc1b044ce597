"""For each of some cases, its closest duplicate among others: one partner a case, however many copies there are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.audit.duplicates import Duplicates


@dataclass(frozen=True)
class Twin:
    """A case and its closest duplicate; both are indices of cases.

    Attributes:
        case: the one that was asked about.
        other: its duplicate.
        exact: whether all pixels are equal.
        correlation: of the fine parts of both thumbnails, 1 for equal pixels.
    """

    case: int
    other: int
    exact: bool
    correlation: float


def closest(
    duplicates: Duplicates, asking: NDArray[np.int64], among: NDArray[np.int64], labels: NDArray[np.int64] | None = None
) -> tuple[Twin, ...]:
    """The closest duplicate of each of the `asking` cases among the `among` cases, for those that have one.

    Equal pixels come before near-duplicates, these by falling correlation, ties by the order of the cases.

    Args:
        duplicates: of all cases.
        asking: indices of cases, each once.
        among: indices of cases; where one of them also asks, it may be answered with itself.
        labels: of all cases; only to find duplicates of another label than the asking case's own.
    """
    twins: list[Twin] = []
    for label in [None] if labels is None else np.unique(labels[asking]).tolist():
        mine = asking if labels is None else asking[labels[asking] == label]
        others = among if labels is None else among[labels[among] != label]
        twins += _closest(duplicates, mine, others)
    return tuple(sorted(twins, key=lambda twin: (not twin.exact, -twin.correlation, twin.case)))


def _closest(duplicates: Duplicates, asking: NDArray[np.int64], among: NDArray[np.int64]) -> list[Twin]:
    nobody = len(duplicates.picture)
    member = np.full(duplicates.pictures, nobody)  # of each picture, the first of `among` that shows it
    np.minimum.at(member, duplicates.picture[among], among)
    mine, theirs = duplicates.first, duplicates.second
    mine, theirs = np.concatenate([mine, theirs]), np.concatenate([theirs, mine])
    correlation = np.tile(duplicates.correlation, 2)
    known = np.flatnonzero(member[theirs] < nobody)
    order = known[np.lexsort((-member[theirs[known]], correlation[known]))]
    best = np.full(duplicates.pictures, -1)
    best[mine[order]] = order  # of repeated indices the last one stays: the largest correlation

    twins: list[Twin] = []
    for case in asking.tolist():
        picture = duplicates.picture[case]
        if member[picture] < nobody:
            twins.append(Twin(case, int(member[picture]), True, 1.0))
        elif best[picture] >= 0:
            edge = best[picture]
            twins.append(Twin(case, int(member[theirs[edge]]), False, float(correlation[edge])))
    return twins


def neighbours(duplicates: Duplicates) -> tuple[Twin, ...]:
    """Every copy with the first case that shows its picture, and every picture with the one most like it, once.

    Exact pairs first, then by falling correlation.
    """
    nobody = len(duplicates.picture)
    first_of = np.full(duplicates.pictures, nobody)
    np.minimum.at(first_of, duplicates.picture, np.arange(nobody))
    copies = np.flatnonzero(first_of[duplicates.picture] != np.arange(nobody))
    twins = [Twin(case, int(first_of[duplicates.picture[case]]), True, 1.0) for case in copies.tolist()]
    order = np.argsort(np.tile(duplicates.correlation, 2), kind="stable")
    best = np.full(duplicates.pictures, -1)
    ends = np.concatenate([duplicates.first, duplicates.second])
    best[ends[order]] = order % max(1, len(duplicates.first))  # of repeated indices the last one stays, as above
    for edge in np.unique(best[best >= 0]).tolist():
        one, other = sorted((int(first_of[duplicates.first[edge]]), int(first_of[duplicates.second[edge]])))
        twins.append(Twin(one, other, False, float(duplicates.correlation[edge])))
    return tuple(sorted(twins, key=lambda twin: (not twin.exact, -twin.correlation, twin.case)))
