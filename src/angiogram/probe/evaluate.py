"""What a probe reads at one tap: out-of-fold predictions of all evaluated cases, and the same under permuted labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.probe.contract import Fitted, Probe, checked_classes, make_probe
from angiogram.probe.gram import grams_of_folds
from angiogram.probe.permutation import tied
from angiogram.probe.permuted_fits import permuted_correct
from angiogram.probe.principal import check_features
from angiogram.probe.ridge import RidgeProbe

Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]
"""Pairs (training cases, test cases): one pair is an official split, several are a cross-validation."""


@dataclass(frozen=True)
class ProbeResult:
    """Predictions for the cases that some fold tests; every one comes from a probe that never saw the case.

    Attributes:
        cases: evaluated cases, ascending, `[n]`.
        predicted: label predicted for each, `[n]`.
        scores: score of each class, `[n, K]`; 0 for a class that the fold's training side lacks.
        probabilities: of each class, `[n, K]`; 0 for a class that the fold's training side lacks.
        strengths: strength chosen in each fold, NaN for a probe without one.
        training: accuracy on each fold's training side, by which taps may be chosen without looking at a case that is
            judged: leave-one-group-out for ridge, inner folds for logistic, of the fit itself for mlp.
        null: accuracy under each label permutation, `[P]` (the better of two probes, see `permuted_fits`); None where
            no permutation was asked for.
    """

    cases: NDArray[np.int64]
    predicted: NDArray[np.int64]
    scores: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    strengths: tuple[float, ...]
    training: tuple[float, ...]
    null: NDArray[np.float64] | None


@dataclass(frozen=True)
class Labelling:
    """One thing that is read from the features.

    Attributes:
        labels: class index of each case, `[N]`.
        classes: K, the number of classes; None for the largest label plus one.
        permuted: labels `[P, N]` of `permuted_labels`, the same for all taps; None for no permutation.
    """

    labels: NDArray[np.int64]
    classes: int | None = None
    permuted: NDArray[np.int64] | None = None


def probe_tap(
    features: NDArray[np.generic],
    labels: NDArray[np.int64],
    folds: Folds,
    *,
    classes: int | None = None,
    permuted: NDArray[np.int64] | None = None,
    probe: str | Probe = "ridge",
    groups: NDArray[np.int64] | None = None,
) -> ProbeResult:
    """Fit a probe in every fold and predict the fold's test cases.

    Args:
        features: `[N, D]`, any real type; a memory map will do.
        labels: class index of each case, `[N]`.
        folds: no case may be tested twice, nor tested by a fold that trains on it.
        classes: K, the number of classes; default: the largest label plus one.
        permuted: labels `[P, N]` of `permuted_labels`, the same for all taps. They share the fold's fit, so that
            only the ridge probe has them.
        probe: a name in `contract.REGISTRY`, or a probe.
        groups: of the cases, `[N]`: what a probe chooses inside a training side divides none.

    Raises:
        InputError: features that are not finite, folds that overlap, a training side with one class only, labels,
            permutations or groups that do not match, an unknown probe, or permutations for another probe than ridge.

    >>> X, y = np.array([[0.0], [0.1], [1.0], [1.1], [0.05], [0.9]]), np.array([0, 0, 1, 1, 0, 1])
    >>> result = probe_tap(X, y, [(np.array([0, 1, 2, 3]), np.array([4, 5]))])
    >>> result.cases.tolist(), result.predicted.tolist()
    ([4, 5], [0, 1])
    """
    return probe_each(features, [Labelling(labels, classes, permuted)], folds, probe=probe, groups=groups)[0]


def probe_each(
    features: NDArray[np.generic],
    labellings: Sequence[Labelling],
    folds: Folds,
    *,
    probe: str | Probe = "ridge",
    groups: NDArray[np.int64] | None = None,
) -> tuple[ProbeResult, ...]:
    """What `probe_tap` reads of each of several labellings; ridge probes share each fold's Gram matrix and factors."""
    check_features(features)
    N = len(features)
    readings = [_Reading(each, N, checked_classes(N, each.labels, each.classes, groups, each.permuted))
                for each in labellings]  # fmt: skip
    cases = evaluated_cases(folds, N)
    chosen = make_probe(probe) if isinstance(probe, str) else probe
    if any(each.permuted is not None for each in labellings) and not isinstance(chosen, RidgeProbe):
        raise InputError("Label permutations are for the ridge probe, in which they share one fit.")
    for number, (train, _) in enumerate(folds, start=1):
        if any(len(np.unique(each.labels[train])) < 2 for each in labellings):
            raise InputError(f"Fold {number} of {len(folds)} has cases of one class only to train on ({len(train)}).")
    grams = grams_of_folds(features, [train for train, _ in folds]) if isinstance(chosen, RidgeProbe) else None
    for train, test in folds:
        of_training = None if groups is None else groups[train]
        gram = None if grams is None else next(grams)
        for reading in readings:
            if gram is not None and isinstance(chosen, RidgeProbe):
                fitted = chosen.fit_gram(gram, reading.labels[train], of_training)
            else:
                fitted = chosen.fit(features[train], reading.labels[train], of_training)
            reading.take(fitted, features[test], train, test)
        if gram is not None:
            gram.factors.clear()  # each holds the training side: its memory would stay until Python looks for cycles
    return tuple(reading.result(cases) for reading in readings)


class _Reading:
    """What is read of one labelling, fold by fold; K classes."""

    def __init__(self, labelling: Labelling, cases: int, K: int) -> None:
        self.labels, self._permuted, self._classes = labelling.labels, labelling.permuted, K
        self._scores, self._probabilities = np.zeros((cases, K)), np.zeros((cases, K))
        self._predicted = np.zeros(cases, dtype=np.int64)
        P = 0 if self._permuted is None else len(self._permuted)
        self._correct = np.zeros((2, P), dtype=np.int64)
        self._unit = None if self._permuted is None else tied(self._permuted)
        self._strengths: list[float] = []
        self._training: list[float] = []

    def take(
        self,
        fitted: RidgeProbe | Fitted,
        test_features: NDArray[np.generic],
        train: NDArray[np.int64],
        test: NDArray[np.int64],
    ) -> None:
        """What a probe reads that was fitted in one fold."""
        labels, permuted, unit = self.labels, self._permuted, self._unit
        if isinstance(fitted, RidgeProbe):
            judged, held_out = train[fitted.judged_], fitted.judged_scores_
        else:
            judged, held_out = train, fitted.training_scores_
        seen = np.ix_(test, fitted.classes_.astype(np.int64))
        own = fitted.scores(test_features)
        self._scores[seen] = own
        self._predicted[test] = fitted.classes_[own.argmax(axis=1)]
        self._probabilities[seen] = fitted.as_probabilities(own)
        self._strengths.append(fitted.strength_)
        self._training.append(float(np.mean(fitted.classes_[held_out.argmax(axis=1)] == labels[judged])))
        if permuted is not None and unit is not None and isinstance(fitted, RidgeProbe):
            self._correct += permuted_correct(
                fitted, test_features, permuted[:, train], permuted[:, test], self._classes, unit[train]
            )

    def result(self, cases: NDArray[np.int64]) -> ProbeResult:
        """Of the cases that some fold tests."""
        null = None if self._permuted is None else self._correct.max(axis=0) / len(cases)
        judged = self._predicted[cases], self._scores[cases], self._probabilities[cases]
        return ProbeResult(cases, *judged, tuple(self._strengths), tuple(self._training), null)


def evaluated_cases(folds: Folds, n_cases: int) -> NDArray[np.int64]:
    """The cases that some fold tests, ascending, after checking the folds.

    Raises:
        InputError: no fold, an empty side, an index outside the cases, or a case where it must not be.
    """
    if not folds:
        raise InputError("A probe needs at least one pair of training and test cases.")
    for number, (train, test) in enumerate(folds, start=1):
        if not len(train) or not len(test):
            raise InputError(f"Fold {number} of {len(folds)} has {len(train)} training and {len(test)} test cases.")
        both = np.intersect1d(train, test)
        if len(both):
            raise InputError(f"Fold {number} trains and tests on the same case ({both[0]}; {len(both)} in all).")
    tested, times = np.unique(np.concatenate([test for _, test in folds]), return_counts=True)
    if times.max() > 1:
        raise InputError(f"Case {tested[times.argmax()]} is tested by {times.max()} folds; once is allowed.")
    indices = np.concatenate([side for pair in folds for side in pair])
    if indices.min() < 0 or indices.max() >= n_cases:
        raise InputError(f"Folds name cases {indices.min()} to {indices.max()}, but there are {n_cases} cases.")
    return tested.astype(np.int64)
