"""The specialist that a model is measured against, stage R, and the other specialists that were trained beside it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiogram.statistics.bootstrap import Resamples
from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class Trained:
    """A specialist that was trained on the cases that the probes learn from.

    Attributes:
        name: as `--reference` names it.
        title: what it is, in words.
        predicted: class of each evaluated case `[n]`, negative where it names none.
        inner: its accuracy on the share of the training cases that decided which is R; None for the only one.
        folds: share of the folds in which it is R.
        training: how it was trained, and how its loss fell.
    """

    name: str
    title: str
    predicted: NDArray[np.int64]
    inner: float | None
    folds: float
    training: str


@dataclass(frozen=True)
class Reference:
    """The specialist's result on the evaluated cases.

    Attributes:
        source: what it is, one sentence without full stop.
        predicted: class of each evaluated case `[n]`, or None where only a number is known.
        accuracy: the number, where there are no predictions.
        trained: all that were trained; R is one of them in each fold.
    """

    source: str
    predicted: NDArray[np.int64] | None = None
    accuracy: float | None = None
    trained: tuple[Trained, ...] = ()

    def only(self, kept: NDArray[np.bool_]) -> "Reference":
        """Of those evaluated cases alone that are true in `kept` `[n]`."""
        return replace(
            self,
            predicted=None if self.predicted is None else self.predicted[kept],
            trained=tuple(replace(each, predicted=each.predicted[kept]) for each in self.trained),
        )


@dataclass(frozen=True)
class TrainedReference:
    """A specialist that was trained on the cases that the probes learn from.

    Attributes:
        name: as `--reference` names it.
        title: what it is, in words.
        accuracy: on the evaluated cases.
        inner: accuracy on the share of the training cases that decided which specialist is R; null for the only one.
        folds: share of the folds in which it is R.
    """

    name: str
    title: str
    accuracy: Interval
    inner: float | None
    folds: float


def trained_references(
    reference: Reference | None, truth: NDArray[np.int64], resamples: Resamples
) -> tuple[TrainedReference, ...]:
    """All trained specialists with their accuracy on the evaluated cases, whose classes are `truth` `[n]`."""
    return tuple(
        TrainedReference(
            name=each.name,
            title=each.title,
            accuracy=resamples.accuracy(each.predicted == truth).interval(),
            inner=each.inner,
            folds=each.folds,
        )
        for each in (reference.trained if reference is not None else ())
    )
