"""Two runs on the same cases: the difference at every stage, paired case by case [own]."""

from collections.abc import Mapping, Sequence

import numpy as np

from angiogram.diagnose.accounting import STAGES
from angiogram.diagnose.bootstrap import Reading, Resamples
from angiogram.diagnose.diagnosis import Difference
from angiogram.diagnose.terms import StageKey
from angiogram.errors import InputError

_SHOWN = 3


def compare(
    cases: Sequence[str],
    here: Mapping[StageKey, Reading],
    other_cases: Sequence[str],
    there: Mapping[StageKey, Reading],
    resamples: Resamples,
) -> tuple[Difference, ...]:
    """There minus here, at every stage that both runs measured.

    Args:
        cases: ids of the n evaluated cases here.
        here: which of them each stage has right, `[n]` (R may be a number).
        other_cases: ids there; the same set, in any order.
        there: the same stages, in the order of `other_cases`.
        resamples: of the cases here, so that intervals agree with the rest of the report.

    Raises:
        InputError: the runs evaluated different cases; says which.

    >>> from angiogram.diagnose.bootstrap import resample_groups
    >>> right, left = np.array([True, False, True]), np.array([False, False, True])
    >>> result = compare(["a", "b", "c"], {"G": right}, ["c", "b", "a"], {"G": left}, resample_groups(np.arange(3)))
    >>> round(result[0].difference.value, 3)
    -0.333
    """
    order = _match(cases, other_cases)
    found: list[Difference] = []
    for key in STAGES:
        if key not in here or key not in there:
            continue
        mine, theirs = here[key], there[key]
        if isinstance(theirs, np.ndarray):
            theirs = theirs[order]
        found.append(
            Difference(
                stage=key,
                here=resamples.accuracy(mine).value,
                there=resamples.accuracy(theirs).value,
                difference=resamples.loss(theirs, mine).interval(),
            )
        )
    return tuple(found)


def _match(cases: Sequence[str], other_cases: Sequence[str]) -> list[int]:
    """Where each case of the first run stands in the second."""
    for ids, run in ((cases, "first"), (other_cases, "second")):
        if len(set(ids)) < len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            raise InputError(f"The {run} run lists the case '{twice}' more than once.")
    position = {name: i for i, name in enumerate(other_cases)}
    only_here = [name for name in cases if name not in position]
    only_there = sorted(position.keys() - set(cases))
    if only_here or only_there:
        parts = [
            f"only in the {run} run: {_names(names)}"
            for run, names in (("first", only_here), ("second", only_there))
            if names
        ]
        raise InputError(
            f"The two runs evaluated different cases ({len(cases)} and {len(other_cases)}) and cannot be compared; "
            f"{'; '.join(parts)}."
        )
    return [position[name] for name in cases]


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:_SHOWN]) + more
