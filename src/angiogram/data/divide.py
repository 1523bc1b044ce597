"""From examined cases to groups and splits that leak nothing: what a diagnosis starts from."""

from dataclasses import replace

import numpy as np

from angiogram.data.audit.closest import closest
from angiogram.data.audit.duplicates import Duplicates, find_duplicates
from angiogram.data.cases import Cases
from angiogram.data.grouping import grouping_of, join
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits, assign
from angiogram.errors import InputError


def divide(examined: Examined, folds: int, seed: int) -> tuple[Examined, Splits]:
    """Join duplicates and cases of one patient to groups, then keep the set's own split or cut folds.

    Args:
        examined: the readable cases, with the hashes and thumbnails of what they hold.
        folds: number of folds; not used for a set with its own split.
        seed: of the folds.

    Returns:
        (the same cases, their groups joined; the splits over them).

    Raises:
        InputError: as `assign`.
    """
    duplicates = find_duplicates(examined.contents, examined.thumbnails)
    joined = join(examined.cases, duplicates, None if examined.cases.has_split else folds)
    counted = grouping_of(joined.cases)
    try:
        splits = assign(joined.cases, folds, seed)
    except InputError as error:
        if counted.groups == counted.named:
            raise
        raise InputError(
            f"{error} Duplicates are one group: they joined {counted.named} groups to {counted.groups}."
        ) from error
    reason = f"{joined.reason} {_left(joined.cases, duplicates, splits)}" if joined.reason else ""
    splits = replace(splits, alike=joined.alike, reason=reason, grouping=counted)
    return examined._replace(cases=joined.cases), splits


def _left(cases: Cases, duplicates: Duplicates, splits: Splits) -> str:
    """How many of the cases that are judged still have a near-duplicate that teaches for them."""
    groups = cases.groups
    judged = [(train, test[~np.isin(groups[test], groups[train])]) for train, test in splits.pairs]
    like = sum(len(closest(duplicates, test, train)) for train, test in judged)
    return f"{like} of the {sum(len(test) for _, test in judged)} judged cases still have one among those that teach."


def clean(cases: Cases, splits: Splits) -> Splits:
    """Without the tested cases that are not new to what they test: whose group also teaches for them.

    Folds divide no group, so that they lose none.

    Raises:
        InputError: fewer than two groups or classes are left to judge.
    """
    groups, labels = cases.groups, cases.labels
    pairs = tuple((train, test[~np.isin(groups[test], groups[train])]) for train, test in splits.pairs)
    tested = sum(len(test) for _, test in splits.pairs)
    left = np.concatenate([test for _, test in pairs])
    if len(left) == tested:
        return splits
    remedy = (
        "list them with `angiogram data audit CASES --sheet pairs.png` and take them out of one side of the split, or "
        "bring the cases without a split, and folds that divide no group are cut"
    )
    also = f"{tested - len(left)} of the {tested} tested cases also teach, themselves or by others of their group"
    if not len(left):
        raise InputError(f"All {tested} tested cases also teach, themselves or by others of their group: {remedy}.")
    for what, found in (("group", groups[left]), ("class", labels[left])):
        if len(np.unique(found)) < 2:
            raise InputError(f"{also}, and the other {len(left)} are of one {what}, which cannot be judged: {remedy}.")
    return replace(splits, pairs=pairs, left_out=tested - len(left))
