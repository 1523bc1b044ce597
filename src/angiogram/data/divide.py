"""From examined cases to groups and splits that leak nothing: what a diagnosis starts from."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from angiogram.data.audit.closest import closest
from angiogram.data.audit.duplicates import Duplicates, find_duplicates
from angiogram.data.cases import Cases
from angiogram.data.grouping import grouping_of, join
from angiogram.data.intake import Examined
from angiogram.data.splits import Pair, Splits, assign
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
    cases, counted = joined.cases, grouping_of(joined.cases)
    try:
        splits = assign(cases, folds, seed)
    except InputError as error:
        if counted.groups == counted.named:
            raise
        raise InputError(
            f"{error} Duplicates are one group: they joined {counted.named} groups to {counted.groups}."
        ) from error
    splits = replace(splits, alike=joined.alike, grouping=counted)
    if joined.reason:
        cases, splits, done = _unlike(cases, duplicates, splits)
        splits = replace(splits, reason=f"{joined.reason}{done}")
    return examined._replace(cases=cases), splits


def _unlike(cases: Cases, duplicates: Duplicates, splits: Splits) -> tuple[Cases, Splits, str]:
    """Part near-duplicates that no group holds together, since a chain of them would: what is left leaks nothing.

    Of an own split the tested case joins the group of the one that teaches, so that it is not judged. In a fold that
    judges one of them the other does not teach; where nothing else of its class would, it teaches, and the one is not
    judged. The last is what was done, each sentence with a space in front.

    Raises:
        InputError: fewer than two groups or classes are left to judge.
    """
    if splits.official:
        ((train, test),) = splits.pairs
        rows = list(cases.rows)
        twins = [twin for twin in closest(duplicates, test, train) if rows[twin.case].group != rows[twin.other].group]
        for twin in twins:
            mine, other = rows[twin.case], rows[twin.other]
            rows[twin.case] = replace(mine, group=other.group, own_group=mine.named_group)
        many = "1 more tested case is" if len(twins) == 1 else f"{len(twins)} more tested cases are"
        done = f" {many} like one that teaches, and not judged." if twins else ""
        return replace(cases, rows=tuple(rows)), splits, done
    labels, pairs, gone, unjudged = cases.labels, list[Pair](), 0, 0
    for train, test in splits.pairs:
        like = np.isin(train, [twin.case for twin in closest(duplicates, train, test)])
        like &= np.isin(labels[train], labels[train][~like])
        taught = train[~like]
        new = ~np.isin(test, [twin.case for twin in closest(duplicates, test, taught)])
        gone, unjudged = gone + int(like.sum()), unjudged + int((~new).sum())
        if new.any():
            pairs.append((taught, test[new]))
    done = f" In a fold that judges one of two that are alike the other does not teach ({gone} times)." if gone else ""
    if not unjudged:
        return cases, replace(splits, pairs=tuple(pairs)), done
    _judgeable(cases, pairs, f"{unjudged} cases are like others that teach, of whose class nothing else would")
    done += f" {unjudged} cases are not judged, since one like them teaches and nothing else of its class would."
    return cases, replace(splits, pairs=tuple(pairs), left_out=unjudged), done


def _judgeable(cases: Cases, pairs: Sequence[Pair], why: str, remedy: str = "bring more cases") -> None:
    """Refuse what is left to judge where that is one group or one class."""
    left = np.concatenate([np.zeros(0, np.int64), *(test for _, test in pairs)])
    for what, found in (("group", cases.groups[left]), ("class", cases.labels[left])):
        if len(np.unique(found)) < 2:
            raise InputError(f"{why}, and the other {len(left)} are of one {what}, which cannot be judged: {remedy}.")


def clean(cases: Cases, splits: Splits) -> Splits:
    """Without the tested cases that are not new to what they test: whose group also teaches for them.

    Folds divide no group, so that they lose none.

    Raises:
        InputError: fewer than two groups or classes are left to judge.
    """
    groups = cases.groups
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
    _judgeable(cases, pairs, also, remedy)
    return replace(splits, pairs=pairs, left_out=tested - len(left))
