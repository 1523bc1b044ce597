"""What stands on both sides of a split, and what is labelled twice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.audit.closest import Twin, closest, neighbours
from angiogram.data.audit.duplicates import Duplicates, find_duplicates
from angiogram.data.grouping import NOT_COUNTED, Grouping, grouping_of
from angiogram.data.intake import Examined
from angiogram.data.splits import Pair, Splits


@dataclass(frozen=True)
class Audit:
    """Findings; cases are indices into the examined ones.

    Attributes:
        judged: number of cases that are tested.
        leaks: tested cases with a duplicate among the cases that teach for them, the closest such, worst first.
        divided: names of the groups that teach and are tested in one fold, in the order of the cases.
        divided_cases: tested cases of these groups, ascending.
        conflicts: pairs of duplicates with two labels, on whichever side, worst first; each case's closest such.
        within: cases with a duplicate on their own side of every split only.
        linked: tested cases that are neither, but in a joined group that teaches: through others of it; ascending.
        joined: duplicates of two groups of the set that became one group, neither leaks nor conflicts, worst first.
        grouping: how many groups there are.
    """

    judged: int
    leaks: tuple[Twin, ...]
    divided: tuple[str, ...]
    divided_cases: tuple[int, ...]
    conflicts: tuple[Twin, ...]
    within: int
    linked: tuple[int, ...] = ()
    joined: tuple[Twin, ...] = ()
    grouping: Grouping = NOT_COUNTED

    @property
    def affected(self) -> tuple[int, ...]:
        """Tested cases that are not new to what they test: leaked, of a divided group or linked to such, ascending."""
        return tuple(sorted({twin.case for twin in self.leaks} | {*self.divided_cases, *self.linked}))

    @property
    def share(self) -> float:
        """Share of the tested cases that is affected."""
        return len(self.affected) / self.judged if self.judged else 0.0

    @property
    def clean(self) -> bool:
        """Whether nothing stands on both sides and no picture has two labels."""
        return not (self.leaks or self.divided or self.conflicts)


def audit(examined: Examined, splits: Splits) -> Audit:
    """Look for duplicates and divided groups.

    In a cross-validation two duplicates in different folds are a leak for each other. Folds divide no group, so
    duplicates of one group share a fold and are none; `divide` makes one group of all duplicates.

    Args:
        examined: the readable cases, with the hashes and thumbnails of what they hold.
        splits: over these cases; says how alike near-duplicates are that are one group.
    """
    cases = examined.cases
    every = find_duplicates(examined.contents, examined.thumbnails)
    duplicates = every.from_correlation(splits.alike)
    leaks = [twin for train, test in splits.pairs for twin in closest(every, test, train)]
    leaked = {twin.case for twin in leaks}
    divided = _taught(cases.named_groups, splits.pairs)
    known, conflicts = leaked | set(divided), _conflicts(duplicates, cases.labels)
    return Audit(
        judged=sum(len(test) for _, test in splits.pairs),
        leaks=tuple(sorted(leaks, key=_badness)),
        divided=tuple(dict.fromkeys(cases.rows[i].named_group for i in divided)),
        divided_cases=tuple(divided),
        conflicts=conflicts,
        within=_within(duplicates, splits.pairs, leaked),
        linked=tuple(i for i in _taught(cases.groups, splits.pairs) if i not in known),
        joined=_joined(duplicates, cases.named_groups, leaked, conflicts),
        grouping=grouping_of(cases),
    )


def _badness(twin: Twin) -> tuple[bool, float, int]:
    return (not twin.exact, -twin.correlation, twin.case)


def _conflicts(duplicates: Duplicates, labels: NDArray[np.int64]) -> tuple[Twin, ...]:
    everyone = np.arange(len(labels))
    twins = closest(duplicates, everyone, everyone, labels)
    pairs = {(min(twin.case, twin.other), max(twin.case, twin.other)): twin for twin in twins}
    once = [Twin(a, b, twin.exact, twin.correlation) for (a, b), twin in pairs.items()]
    return tuple(sorted(once, key=_badness))


def _within(duplicates: Duplicates, pairs: tuple[Pair, ...], leaked: set[int]) -> int:
    """Cases with a duplicate, without those whose duplicate stands on another side of some split."""
    copies = np.bincount(duplicates.picture, minlength=duplicates.pictures) > 1
    copies[duplicates.first] = copies[duplicates.second] = True
    across = leaked.union(*({twin.case for twin in closest(duplicates, train, test)} for train, test in pairs))
    return len(set(np.flatnonzero(copies[duplicates.picture]).tolist()) - across)


def _taught(groups: NDArray[np.int64], pairs: tuple[Pair, ...]) -> list[int]:
    """Tested cases whose group also teaches for them, ascending."""
    found = [test[np.isin(groups[test], groups[train])] for train, test in pairs]
    return np.sort(np.concatenate(found)).tolist() if found else []


def _joined(
    duplicates: Duplicates, named: NDArray[np.int64], leaked: set[int], conflicts: tuple[Twin, ...]
) -> tuple[Twin, ...]:
    told = {(twin.case, twin.other) for twin in conflicts}
    return tuple(
        twin
        for twin in neighbours(duplicates)
        if named[twin.case] != named[twin.other]
        and not leaked & {twin.case, twin.other}
        and not told & {(twin.case, twin.other), (twin.other, twin.case)}
    )
