"""Which cases teach and which are judged: the set's own split, or stratified grouped folds."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.audit.duplicates import ALIKE, RADIUS
from angiogram.data.audit.phash import BITS
from angiogram.data.cases import Cases
from angiogram.data.grouping import EXACT, Grouping
from angiogram.errors import InputError
from angiogram.seed import check_seed

Pair = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Splits:
    """Pairs of case indices (training, test), each ascending; no case is tested twice.

    Attributes:
        pairs: one pair for the set's own split, one a fold for a cross-validation.
        official: whether this is the set's own split.
        grouping: of the cases, where duplicates were joined to groups before.
        alike: correlation from which near-duplicates were joined, and are looked for.
        reason: why that is more than from where two pictures of the set are nearly one; empty where it is not.
        left_out: tested cases that also teach and were taken out of `pairs`; see `divide.clean`.
    """

    pairs: tuple[Pair, ...]
    official: bool
    grouping: Grouping | None = None
    alike: float = ALIKE
    reason: str = ""
    left_out: int = 0

    @property
    def described(self) -> str:
        """What was done, for the report."""
        train, test = self.pairs[0]
        if self.official:
            out = f", of which {self.left_out} also teach and are not judged" if self.left_out else ""
            return f"the set's own split: {len(train)} training and {len(test) + self.left_out} test cases{out}"
        counted, folds = self.grouping, f"{len(self.pairs)} stratified folds that divide no group"
        if counted is None or counted.groups == counted.named:
            return folds
        return (
            f"{folds}; duplicates joined {counted.named} groups to {counted.groups}, the largest of "
            f"{counted.largest} cases"
        )

    @property
    def duplicates(self) -> str:
        """From when on two cases show one picture, for the report.

        >>> Splits((), False, alike=0.983).duplicates
        'equal pixels, or a hash within 30 of 128 bits and a correlation from 0.983, since any two are much alike'
        """
        if self.alike == EXACT:
            return "equal pixels"
        why = ", since any two are much alike" if self.alike > ALIKE and not self.reason else ""
        return f"equal pixels, or a hash within {RADIUS} of {BITS} bits and a correlation from {self.alike:g}{why}"


def assign(cases: Cases, folds: int, seed: int) -> Splits:
    """Keep the set's own split where it has one; else cut stratified folds that divide no group.

    Args:
        cases: at least two classes.
        folds: number of folds, at least 2; not used for a set with its own split.
        seed: of the folds; the same cases, folds and seed give the same folds.

    Raises:
        InputError: a seed out of range; fewer than two folds; a class with fewer cases or groups than folds; a class
            without training or without test cases.
    """
    check_seed(seed)
    labels = cases.labels
    if cases.has_split:
        side = np.array([row.split for row in cases.rows])
        pairs: list[Pair] = [(np.flatnonzero(side == "train"), np.flatnonzero(side == "test"))]
    else:
        pairs = _folds(cases, folds, seed)
    for number, (train, test) in enumerate(pairs, start=1):
        if not len(test):
            raise InputError(f"Fold {number} of {len(pairs)} has no case, since some groups are very large; use fewer.")
        for missing in sorted(set(range(len(cases.classes))) - set(labels[train].tolist())):
            raise InputError(_one_side(cases, missing, "training"))
    tested = np.unique(labels[np.concatenate([test for _, test in pairs])])
    for missing in sorted(set(range(len(cases.classes))) - set(tested.tolist())):
        raise InputError(_one_side(cases, missing, "test"))
    return Splits(tuple(pairs), cases.has_split)


def _one_side(cases: Cases, missing: int, side: str) -> str:
    """A class that is not on one side of the split, and the ways out."""
    name = cases.classes[missing]
    if not cases.has_split:
        return f"The class '{name}' has no {side} case in one of the folds; add cases or leave the class out."
    return (
        f"The class '{name}' has no {side} case in the set's own split; add cases, leave the class out (--leave-out "
        f"'{name}'), or cut folds over all cases instead (--ignore-split)."
    )


def _folds(cases: Cases, folds: int, seed: int) -> list[Pair]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold  # heavy, and not needed to read a table

    if folds < 2:
        raise InputError(f"A cross-validation needs at least 2 folds, not {folds}.")
    labels, groups = cases.labels, cases.groups
    for index, name in enumerate(cases.classes):
        mine = groups[labels == index]
        for count, things in ((len(mine), "case"), (len(set(mine.tolist())), "group")):
            if count < folds:
                plural = things if count == 1 else f"{things}s"
                remedy = f"use {count} folds, " if count >= 2 else ""
                raise InputError(
                    f"The class '{name}' has {count} {plural}, fewer than the {folds} folds; "
                    f"{remedy}add cases or leave the class out."
                )
    singles = len(set(groups.tolist())) == len(cases)
    # With a group for each case the grouped cutter does the same work, much slower.
    if singles:
        cuts = StratifiedKFold(folds, shuffle=True, random_state=seed).split(labels, labels)
    else:
        cuts = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(labels, labels, groups)
    return [(train, test) for train, test in cuts]


def subset(cases: Cases, train: int | None, test: int | None, seed: int) -> Cases:
    """At most this many training and test cases, drawn in proportion to the classes, at least one of each class.

    Order, groups and splits stay; None means all. A set without its own split is cut to `train` + `test` cases in all.

    Raises:
        InputError: a seed out of range; fewer cases asked for than there are classes; one bound alone for a set without
            its own split.
    """
    check_seed(seed)
    side = np.array([row.split or "" for row in cases.rows])
    if cases.has_split:
        kept = [
            _draw(cases, np.flatnonzero(side == name), count, seed)
            for name, count in (("train", train), ("test", test))
        ]
    elif (train is None) != (test is None):
        given = f"{train} training" if test is None else f"{test} test"
        raise InputError(
            f"'{cases.name}' has no split of its own, which {given} cases alone cannot bound; "
            "give both --train-cases and --test-cases, or neither."
        )
    else:
        total = None if train is None or test is None else train + test
        kept = [_draw(cases, np.arange(len(cases)), total, seed)]
    return cases.select(np.sort(np.concatenate(kept)))


def _draw(cases: Cases, pool: NDArray[np.int64], count: int | None, seed: int) -> NDArray[np.int64]:
    if count is None or count >= len(pool):
        return pool
    sizes = Counter(cases.rows[i].label for i in pool)
    if count < len(sizes):
        raise InputError(f"{count} cases cannot hold the {len(sizes)} classes; ask for at least {len(sizes)}.")
    shuffled = np.random.default_rng(seed).permutation(pool)
    # One of each class first, then whoever is furthest below its share: the counts are within one of proportional.
    share = {label: size / len(pool) for label, size in sizes.items()}
    taken = dict.fromkeys(sizes, 1)
    for _ in range(count - len(sizes)):
        open_labels = [label for label in taken if taken[label] < sizes[label]]
        taken[max(open_labels, key=lambda label: (share[label] * count - taken[label], label))] += 1
    chosen: list[int] = []
    for i in shuffled:
        label = cases.rows[i].label
        if taken[label] > 0:
            taken[label] -= 1
            chosen.append(int(i))
    return np.array(chosen, dtype=np.int64)
