"""Only runs on the same cases can be compared; where they are not, which cases differ."""

from collections.abc import Mapping, Sequence

import numpy as np

from angiogram.compare.finished import Finished
from angiogram.diagnose.terms import StageKey
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import Reading

_SHOWN = 3


def matched_cases(
    cases: Sequence[str], other: Sequence[str], names: tuple[str, str] = ("the first run", "the second run")
) -> list[int]:
    """Where each case of the first run stands in the second.

    Raises:
        InputError: the runs evaluated different cases, or one of them a case twice; says which.

    >>> matched_cases(["a", "b", "c"], ["c", "a", "b"])
    [1, 2, 0]
    """
    for ids, run in zip((cases, other), names, strict=True):
        if len(set(ids)) < len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            raise InputError(f"{run[0].upper()}{run[1:]} lists the case '{twice}' more than once.")
    position = {name: i for i, name in enumerate(other)}
    lists = [name for name in cases if name not in position], sorted(position.keys() - set(cases))
    if any(lists):
        parts = [f"only in {run}: {_names(only)}" for run, only in zip(names, lists, strict=True) if only]
        raise InputError(
            f"The two runs evaluated different cases ({len(cases)} and {len(other)}) and cannot be compared; "
            f"{'; '.join(parts)}."
        )
    return [position[name] for name in cases]


def rearranged(readings: Mapping[StageKey, Reading], order: Sequence[int]) -> dict[StageKey, Reading]:
    """The second run's readings with its cases in the order of the first; a number stays as it is.

    >>> rearranged({"R": 0.9, "G": np.array([True, False, False])}, [1, 2, 0])
    {'R': 0.9, 'G': array([False, False,  True])}
    """
    where = np.array(order)
    return {key: right[where] if isinstance(right, np.ndarray) else right for key, right in readings.items()}


def matched_runs(baseline: Finished, other: Finished) -> list[int]:
    """Where each case of the baseline stands in the other run.

    Raises:
        InputError: classes or cases differ, or the label, the picture or the group of a case does; says which.
    """
    names = f"'{baseline.name}'", f"'{other.name}'"
    classes, others = baseline.diagnosis.classes, other.diagnosis.classes
    if set(classes) != set(others):
        lists = [c for c in classes if c not in others], [c for c in others if c not in classes]
        parts = [f"only in {run}: {_names(only)}" for run, only in zip(names, lists, strict=True) if only]
        raise InputError(f"The two runs name different classes and cannot be compared; {'; '.join(parts)}.")
    here, there = baseline.predictions, other.predictions
    order = matched_cases(here.cases, there.cases, names)
    for what, mine, theirs in (
        ("labels", [classes[k] for k in here.labels], [others[k] for k in there.labels]),
        ("pictures (pixels)", here.hashes, there.hashes),
        ("groups", here.groups, there.groups),
    ):
        differing = [case for i, case in enumerate(here.cases) if mine[i] != theirs[order[i]]]
        if differing:
            raise InputError(
                f"{names[0]} and {names[1]} have different {what} for {len(differing)} of the {len(order)} cases and "
                f"cannot be compared: {_names(differing)}."
            )
    return order


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:_SHOWN]) + more
