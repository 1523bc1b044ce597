"""Duplicates and cases of one patient become one group, before any fold is cut [own].

Two cases belong together where the set names one group for both (a patient), or where they show one picture, exactly or
nearly. Groups are the connected components of both relations together, so that whatever divides no group divides no
pair of duplicates. Duplicates with two labels join, too: it is one picture.

A near-duplicate may chain: slice after slice of a volume is like its neighbour, and a whole class becomes one group
though its ends are not alike. A component in which fewer than half of the pairs are alike is such a chain; where one
holds more than half of a class, or leaves a class with fewer groups than folds, likeness is taken more strictly.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from angiogram.data.audit.duplicates import ALIKE, Duplicates
from angiogram.data.cases import Cases

EXACT = 2.0
"""A correlation that no two pictures reach: only equal pixels are one picture."""
STRICTER = (0.96, 0.98, EXACT)
"""Correlations from which near-duplicates join where a chain forbids the set's own, the first that none forbids."""
_LARGEST_SHARE, _DENSE = 0.5, 0.5


@dataclass(frozen=True)
class Grouping:
    """How many groups the cases make.

    Attributes:
        cases: number of cases.
        named: groups that the set itself names; a case of no known patient is its own.
        groups: those that are left when duplicates are one group.
        largest: cases of the largest.
    """

    cases: int
    named: int
    groups: int
    largest: int


NOT_COUNTED = Grouping(0, 0, 0, 0)


@dataclass(frozen=True)
class Joined:
    """Cases whose `group` is the joined one.

    Attributes:
        cases: in their order.
        alike: correlation from which near-duplicates joined; `EXACT` for none.
        reason: why that is more than from where two pictures of the set are nearly one, a sentence; empty where it is
            not.
    """

    cases: Cases
    alike: float = ALIKE
    reason: str = ""


@dataclass(frozen=True)
class Parts:
    """The relations between N cases.

    Attributes:
        unit: of each case, `[N]`: what equal pixels and the set's own groups hold together.
        links: pairs of units with a near-duplicate between them, each once, `[E, 2]`.
        component: of each unit.
    """

    unit: NDArray[np.int64]
    links: NDArray[np.int64]
    component: NDArray[np.int64]

    @property
    def groups(self) -> NDArray[np.int64]:
        """The component of each case, `[N]`."""
        return self.component[self.unit]


def grouping_of(cases: Cases) -> Grouping:
    """Count the groups."""
    sizes = np.bincount(cases.groups)
    return Grouping(len(cases), len(np.unique(cases.named_groups)), len(sizes), int(sizes.max(initial=0)))


def parts(duplicates: Duplicates, named: NDArray[np.int64]) -> Parts:
    """Connected components of "one group" and "one picture" together.

    Args:
        duplicates: of N cases.
        named: the group of each case that the set names, numbered from 0, `[N]`.

    >>> near = np.array([0]), np.array([1]), np.array([0.95], np.float32)
    >>> parts(Duplicates(np.array([0, 0, 1, 2, 3]), *near), np.array([0, 1, 2, 3, 3])).groups.tolist()
    [0, 0, 0, 1, 1]
    """
    groups = int(named.max(initial=-1)) + 1
    unit = _components(groups + duplicates.pictures, named, groups + duplicates.picture)
    ends = np.stack([unit[groups + duplicates.first], unit[groups + duplicates.second]], axis=1)
    links = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    units = int(unit.max(initial=-1)) + 1
    return Parts(unit[named], links, _components(units, links[:, 0], links[:, 1]))


def join(cases: Cases, duplicates: Duplicates, folds: int | None) -> Joined:
    """Give every case its joined group, named after the first of the groups in it.

    Args:
        cases: with the groups that the set names.
        duplicates: of them.
        folds: to be cut; None for a set with its own split.
    """
    least, found, chain = _joined_at(duplicates.alike, cases, duplicates, folds)
    reason, still = "", chain
    for stricter in (level for level in STRICTER if level > duplicates.alike):
        if still is None:
            break
        least, found, still = _joined_at(stricter, cases, duplicates, folds)
    if chain is not None:
        only = "only equal pixels join" if least == EXACT else f"only those from {least:g} join"
        reason = (
            f"Near-duplicates from a correlation of {duplicates.alike:g} would chain {chain} into one group; "
            f"{only} cases to groups here."
        )
    first: dict[int, str] = {}
    rows = tuple(
        replace(row, group=name, own_group=None if name == row.named_group else row.named_group)
        for row, group in zip(cases.rows, found.groups.tolist(), strict=True)
        for name in [first.setdefault(group, row.named_group)]
    )
    return Joined(replace(cases, rows=rows), least, reason)


def _joined_at(
    least: float, cases: Cases, duplicates: Duplicates, folds: int | None
) -> tuple[float, Parts, str | None]:
    found = parts(duplicates.from_correlation(least), cases.named_groups)
    return least, found, _chain(found, cases, folds)


def _components(nodes: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(nodes, nodes))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _chain(found: Parts, cases: Cases, folds: int | None) -> str | None:
    """What a chain of near-duplicates would swallow, in words; None where it does no harm."""
    members = np.bincount(found.component)
    links = np.bincount(found.component[found.links[:, 0]], minlength=len(members))
    chained = np.flatnonzero(links < _DENSE * members * (members - 1) / 2)
    labels, groups = cases.labels, found.groups
    for index, name in enumerate(cases.classes):
        mine = labels == index
        of_group = np.bincount(groups[mine], minlength=len(members))
        worst = chained[of_group[chained].argmax()] if len(chained) else None
        if worst is None or not of_group[worst]:
            continue
        few = folds is not None and np.count_nonzero(of_group) < folds <= len(np.unique(found.unit[mine]))
        if of_group[worst] > _LARGEST_SHARE * mine.sum() or few:
            return f"{of_group[worst]} of the {mine.sum()} cases of the class '{name}'"
    return None
