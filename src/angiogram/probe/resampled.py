"""Every metric on every resample of the groups by one matrix product: sums of each group, then the metric of sums.

A bootstrap draws group g `c_bg` times in resample b. Each metric here is a function of sums over cases, so with the
sums of each group, `[G, ...]`, and the counts, `[B, G]`, the sums of all resamples are `counts @ sums`. Balanced
accuracy, macro F1 and calibration error come out exactly as if the resampled cases had been put together. Macro AUROC,
which ranks cases against each other, is linearised by its placements (DeLong, DeLong & Clarke-Pearson 1988): exact on
the cases themselves, and right to first order on a resample.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from angiogram.probe.scores import Labels, calibration_gaps

Floats = NDArray[np.float64]
WIDENED = 1.2
"""Chosen on simulated sets for a coverage near 95 %; benchmarks/coverage.py measures it on others."""


@dataclass(frozen=True)
class Summed:
    """A metric that is a function of sums.

    Attributes:
        sums: of each group, `[G, C]`.
        metric: sums `[..., C]` -> metric `[...]`, NaN where nothing can be said.
        extremes: what a pseudo-case at the low and one at the high end add, `[2, C]`, spread evenly over the classes.
    """

    sums: Floats
    metric: Callable[[Floats], Floats]
    extremes: Floats

    @property
    def value(self) -> float:
        """On the cases themselves."""
        return float(self.metric(self.sums.sum(axis=0)))

    def samples(self, counts: NDArray[np.generic]) -> Floats:
        """On each resample that says anything, `[B']`.

        Args:
            counts: how often each resample holds each group, `[B, G]`, or those and the two pseudo-cases, `[B, G + 2]`.
        """
        rows = np.vstack([self.sums, self.extremes])[: counts.shape[1]]
        found = self.metric(np.asarray(counts, dtype=np.float64) @ rows)
        return found[~np.isnan(found)]


def summed_balanced_accuracy(labels: Labels, predicted: Labels, groups: Labels, classes: int) -> Summed:
    """Balanced accuracy; labels, predictions and groups (numbered from 0) `[n]`.

    >>> cases = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    >>> found = summed_balanced_accuracy(*cases, classes=2)
    >>> round(found.value, 3), found.samples(np.array([[1, 1], [0, 2]])).round(3).tolist()
    (0.833, [0.833, 0.5])
    """

    def metric(sums: Floats) -> Floats:
        hits, of_label, _ = np.split(sums, 3, axis=-1)
        return _mean_where(hits, of_label)

    return Summed(_class_sums(labels, predicted, groups, classes), metric, _extremes(classes, 3, ones=1))


def summed_macro_f1(labels: Labels, predicted: Labels, groups: Labels, classes: int) -> Summed:
    """Macro F1 over the classes that occur as a label or a prediction; arguments as above."""

    def metric(sums: Floats) -> Floats:
        hits, of_label, of_prediction = np.split(sums, 3, axis=-1)
        return _mean_where(2 * hits, of_label + of_prediction)

    return Summed(_class_sums(labels, predicted, groups, classes), metric, _extremes(classes, 3, ones=1))


def summed_calibration_error(labels: Labels, probabilities: Floats, groups: Labels, bins: int = 15) -> Summed:
    """Expected calibration error; labels and groups `[n]`, probabilities `[n, K]`."""
    bin_of, gap = calibration_gaps(labels, probabilities, bins)
    sums = np.zeros((int(groups.max()) + 1, bins + 1))
    np.add.at(sums, (groups, bin_of), gap)
    sums[:, bins] = np.bincount(groups, minlength=len(sums))

    def metric(s: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.abs(s[..., :-1]).sum(axis=-1) / s[..., -1]

    return Summed(sums, metric, np.zeros((2, bins + 1)))


def calibration_error_samples(summed: Summed, counts: NDArray[np.generic]) -> Floats:
    """Where the calibration error of the population may lie, `[B]`, from `summed_calibration_error` [own].

    In any sample the error is too high, because chance alone makes gaps, and in a resample it is higher still. The
    resamples are therefore reflected at the value (the basic bootstrap, Davison & Hinkley 1997, section 5.2) and spread
    by `WIDENED`, since absolute values vary less from resample to resample than from sample to sample.
    """
    samples = summed.samples(counts)
    middle = 2 * summed.value - samples.mean()
    return np.clip(middle - WIDENED * (samples - samples.mean()), 0.0, 1.0)


def summed_macro_auroc(labels: Labels, scores: NDArray[np.floating], groups: Labels) -> Summed:
    """Macro AUROC of `scores` `[n, K]`, linearised; classes without cases (or with all of them) are left out.

    The placement of a case is the share of cases of the other side that it stands right of (ties half). A class's area
    is the mean placement of its own cases, and of the others; on a resample it is the one plus the other minus the
    area.
    """
    n, K = scores.shape
    positives = np.bincount(labels, minlength=K)[:K]
    present = np.flatnonzero((positives > 0) & (positives < n))
    own = labels[:, None] == present  # [n, K']
    count = own.sum(axis=0)
    ranks = rankdata(scores[:, present], axis=0)
    inside = np.stack([_ranks_inside(scores[:, k], own[:, i]) for i, k in enumerate(present)], axis=1)
    below = ranks - inside  # of the other side, ties half
    placement = np.where(own, below / (n - count), 1 - below / count)
    area = (placement * own).sum(axis=0) / count
    sums = np.zeros((int(groups.max()) + 1, 4 * len(present)))
    np.add.at(sums, groups, np.hstack([placement * own, own, placement * ~own, ~own]))

    def metric(total: Floats) -> Floats:
        right, of_own, left, of_others = np.split(total, 4, axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            areas = right / of_own + left / of_others - area
            known = (of_own > 0) & (of_others > 0)
            mean = np.where(known, areas, 0.0).sum(axis=-1) / known.sum(axis=-1)
        return np.clip(mean, 0.0, 1.0)  # a line leaves the range on resamples of very few cases

    return Summed(sums, metric, _extremes(len(present), 4, ones=2))


def _ranks_inside(scores: NDArray[np.floating], own: NDArray[np.bool_]) -> Floats:
    """Rank of each case among those of its own side, `[n]`."""
    ranks = np.empty(len(scores))
    for side in (own, ~own):
        ranks[side] = rankdata(scores[side])
    return ranks


def _class_sums(labels: Labels, predicted: Labels, groups: Labels, classes: int) -> Floats:
    """Hits, cases and predictions of each class, one after the other, in each group: `[G, 3 K]`."""
    sums = np.zeros((int(groups.max()) + 1, 3, classes))
    hit = labels == predicted
    for place, of, which in ((0, groups[hit], labels[hit]), (1, groups, labels), (2, groups, predicted)):
        np.add.at(sums[:, place], (of, which), 1.0)
    return sums.reshape(len(sums), -1)


def _extremes(classes: int, parts: int, ones: int) -> Floats:
    """`[2, parts K]`: a case that is wrong and one that is right; every `parts / ones`-th part counts what is right."""
    low = np.ones((parts, classes))
    low[:: parts // ones] = 0.0
    return np.stack([low, np.ones((parts, classes))]).reshape(2, -1) / classes


def _mean_where(part: Floats, whole: Floats) -> Floats:
    """Mean of `part / whole` over the last axis, where there is a whole."""
    known = whole > 0
    ratios = np.divide(part, whole, out=np.zeros_like(part), where=known)
    with np.errstate(invalid="ignore"):
        return ratios.sum(axis=-1) / known.sum(axis=-1)
