"""Several references: all are judged, and which of them is R is decided inside the training side [own].

In each fold every reference first learns from four fifths of the training cases, no group divided, and the one that is
most accurate on the rest becomes R there (the first named of equals). Then all learn from the whole training side. The
judged cases decide nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.splits import Pair
from angiogram.errors import InputError
from angiogram.probe.inner import inner_folds
from angiogram.train.references.task import Learn, Learned, Rows


@dataclass(frozen=True)
class Judged:
    """One reference on the judged cases of all folds.

    Attributes:
        name: as it was asked for.
        predicted: class index of each case `[N]`, -1 where it was not judged or the image cannot be taken.
        learned: in each fold, from all its training cases.
        inner: mean accuracy over the folds on the rest of their training cases; None for the only reference.
        folds: number of folds in which it is R.
    """

    name: str
    predicted: Rows
    learned: tuple[Learned, ...]
    inner: float | None
    folds: int


@dataclass(frozen=True)
class Contest:
    """All references, in the order in which they were asked for.

    Attributes:
        predicted: what R says of each case, `[N]`.
    """

    references: tuple[Judged, ...]
    predicted: Rows


def contest(learners: Mapping[str, Learn], cases: Cases, pairs: Sequence[Pair], progress: Progress) -> Contest:
    """Train every reference for every fold, and choose R where there are several.

    Raises:
        InputError: several references, but the training cases of a fold are all of one group; or a training's own.
    """
    labels, predicted = cases.labels, np.full(len(cases), -1, dtype=np.int64)
    each = {name: predicted.copy() for name in learners}
    learned: dict[str, list[Learned]] = {name: [] for name in learners}
    inner: dict[str, list[float]] = {name: [] for name in learners}
    chosen: list[str] = []
    for number, (train, test) in enumerate(pairs, start=1):
        if len(pairs) > 1:
            progress(f"references: fold {number} of {len(pairs)}")
        if len(learners) > 1:
            less, rest = inner_share(cases, train)
            for name, learn in learners.items():
                inner[name].append(float(np.mean(learn(less, rest).predicted == labels[rest])))
        chosen.append(max(learners, key=lambda name: inner[name][-1] if inner[name] else 0.0))
        for name, learn in learners.items():
            learned[name].append(learn(train, test))
            each[name][test] = learned[name][-1].predicted
        predicted[test] = each[chosen[-1]][test]
    judged = tuple(
        Judged(
            name=name,
            predicted=each[name],
            learned=tuple(learned[name]),
            inner=float(np.mean(inner[name])) if inner[name] else None,
            folds=chosen.count(name),
        )
        for name in learners
    )
    return Contest(judged, predicted)


def inner_share(cases: Cases, train: Rows) -> Pair:
    """Four fifths of these rows to learn from and the rest to choose by; no group is divided.

    Raises:
        InputError: all are of one group.
    """
    fold = inner_folds(cases.labels[train], cases.groups[train])
    if fold is None:
        raise InputError(
            f"All {len(train)} training cases of a fold are of one group, which cannot be divided to choose between "
            "references; give one --reference."
        )
    return train[fold > 0], train[fold == 0]
