"""Every metric on every resample of the groups by one matrix product: sums of each group, then the metric of sums.

A bootstrap draws group g `c_bg` times in resample b. Each metric here is a function of sums over cases. The calibration
error, which no line comes near, is found on each resample exactly: with the sums of each group, `[G, C]`, and the
counts, `[B, G]`, the sums of all resamples are `counts @ sums`.

Balanced accuracy, macro F1 and macro AUROC are means over classes of ratios. Where a patient has one diagnosis, a class
rests on few patients, and a resample may lack it altogether; the share that it gets right is then far off, or nothing.
These three are therefore linear in the counts, by what each group moves (`Ratios`). Macro AUROC, which ranks cases
against each other, is first written as ratios by its placements (DeLong, DeLong & Clarke-Pearson 1988).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from angiogram.probe.scores import Labels, calibration_gaps

Floats = NDArray[np.float64]
WIDENED = 1.15
"""Chosen on simulated sets for a coverage near 95 %; benchmarks/coverage.py measures it on others."""


@dataclass(frozen=True)
class Summed:
    """A metric that is a function of sums.

    Attributes:
        sums: of each group, `[G, C]`.
        metric: sums `[..., C]` -> metric `[...]`.
    """

    sums: Floats
    metric: Callable[[Floats], Floats]

    @property
    def value(self) -> float:
        """On the cases themselves."""
        return float(self.metric(self.sums.sum(axis=0)))


@dataclass(frozen=True)
class Ratios(Summed):
    """A metric that is a mean over K classes of ratios of sums.

    Attributes:
        extremes: what a pseudo-case at the low and one at the high end add, `[2, C]`, spread evenly over the classes.
        wholes: what the ratio of each class is divided by, of each group, `[G, K]`; above 0 in sum.
    """

    extremes: Floats
    wholes: Floats

    def samples(self, counts: NDArray[np.generic]) -> Floats:
        """On each resample, to first order and without the bias that ratios have, `[B]` [own].

        A group moves the metric by what changes when half of it is taken away, times two: between the infinitesimal
        jackknife, whose variances are too small by (m - 1) / m where a class has m groups, and the jackknife, whose
        variances are too large by as much (Efron & Tibshirani 1993, chapters 11 and 21; like HC0, HC3 and HC2 of
        regression). Since half of a group stays, no class goes missing. Steps of h = 1/2 also show the curvature: the
        sum of all changes over h^2 is the jackknife's estimate of the bias, which is taken off.

        Args:
            counts: how often each resample holds each group and the two pseudo-cases, `[B, G + 2]`.
        """
        rows = np.vstack([self.sums, self.extremes])
        total = rows.sum(axis=0)
        middle = self.metric(total)
        moved = 2 * (middle - self.metric(total - rows / 2))  # [G + 2]
        unbiased = middle + 2 * moved.sum()
        return np.clip(unbiased + (np.asarray(counts, dtype=np.float64) - 1) @ moved, 0.0, 1.0)

    @property
    def leverage(self) -> Floats:
        """What each group weighs in the metric's variance: the sum over the classes of its squared share, `[G]`."""
        return ((self.wholes / self.wholes.sum(axis=0)) ** 2).sum(axis=1) / self.wholes.shape[1] ** 2

    @property
    def carriers(self) -> float:
        """Number of groups that carry the metric; see the function of this name."""
        return carriers(self.leverage)


def carriers(leverage: Floats) -> float:
    """Number of groups that carry a metric: fewer than G where a class rests on few of them; at least 2.

    The effective number of clusters of Carter, Schnepel & Steigerwald 2017 (The Review of Economics and Statistics 99),
    `(sum_g l_g)^2 / sum_g l_g^2`, from what each group weighs, `[G]`.

    >>> carriers(np.array([1.0, 1.0, 1.0, 0.0]))
    3.0
    """
    return max(2.0, float(leverage.sum() ** 2 / (leverage**2).sum()))


def summed_balanced_accuracy(labels: Labels, predicted: Labels, groups: Labels, classes: int) -> Ratios:
    """Balanced accuracy; labels, predictions and groups (numbered from 0) `[n]`.

    >>> labels, predicted, groups = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 1]), np.arange(6)
    >>> found = summed_balanced_accuracy(labels, predicted, groups, classes=2)
    >>> round(found.value, 3), round(found.carriers, 1)
    (0.875, 4.0)
    """
    hits, of_label, _ = _class_sums(labels, predicted, groups, classes)
    return ratios(hits, of_label)


def summed_macro_f1(labels: Labels, predicted: Labels, groups: Labels, classes: int) -> Ratios:
    """Macro F1 over the classes that occur as a label or a prediction; arguments as above."""
    hits, of_label, of_prediction = _class_sums(labels, predicted, groups, classes)
    return ratios(hits, (of_label + of_prediction) / 2)


def summed_calibration_error(labels: Labels, probabilities: Floats, groups: Labels, bins: int = 15) -> Summed:
    """Expected calibration error; labels and groups `[n]`, probabilities `[n, K]`."""
    bin_of, gap = calibration_gaps(labels, probabilities, bins)
    sums = np.zeros((int(groups.max()) + 1, bins + 1))
    np.add.at(sums, (groups, bin_of), gap)
    sums[:, bins] = np.bincount(groups, minlength=len(sums))

    def metric(s: Floats) -> Floats:
        return np.abs(s[..., :-1]).sum(axis=-1) / s[..., -1]

    return Summed(sums, metric)


def calibration_error_samples(summed: Summed, counts: NDArray[np.generic]) -> Floats:
    """Where the calibration error of the population may lie, `[B]`, from `summed_calibration_error` [own].

    In any sample the error is too high, because chance alone makes gaps, and in a resample it is higher still. The
    resamples are therefore reflected at the value (the basic bootstrap, Davison & Hinkley 1997, section 5.2) and spread
    by `WIDENED`, since absolute values vary less from resample to resample than from sample to sample.

    Args:
        summed: sums of each of G groups.
        counts: how often each resample holds each group; further columns (pseudo-cases) are passed over, and so are
                resamples of nothing else.
    """
    drawn = np.asarray(counts[:, : len(summed.sums)], dtype=np.float64)
    samples = summed.metric(drawn[drawn.any(axis=1)] @ summed.sums)
    middle = 2 * summed.value - samples.mean()
    return np.clip(middle - WIDENED * (samples - samples.mean()), 0.0, 1.0)


def summed_macro_auroc(labels: Labels, scores: NDArray[np.floating], groups: Labels) -> Ratios:
    """Macro AUROC of `scores` `[n, K]`, linearised; classes without cases (or with all of them) are left out.

    The placement of a case is the share of cases of the other side that it stands right of (ties half). A class's area
    is the mean placement of its own cases, and of the others; on a resample it is the one plus the other minus the
    area. The pseudo-case at the low end is placed at chance, one half: placements vary far less than right and wrong,
    and one at 0 would make intervals too wide.
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
    sums = np.zeros((int(groups.max()) + 1, 4, len(present)))
    np.add.at(sums, groups, np.stack([placement * own, own, placement * ~own, ~own], axis=1))

    def metric(total: Floats) -> Floats:
        right, of_own, left, of_others = np.split(total, 4, axis=-1)
        return (right / of_own + left / of_others - area).mean(axis=-1)

    extremes = np.repeat([[0.5, 1.0, 0.5, 1.0], [1.0, 1.0, 1.0, 1.0]], len(present), axis=1) / len(present)
    return Ratios(sums.reshape(len(sums), -1), metric, extremes, sums[:, 1])


def _ranks_inside(scores: NDArray[np.floating], own: NDArray[np.bool_]) -> Floats:
    """Rank of each case among those of its own side, `[n]`."""
    ranks = np.empty(len(scores))
    for side in (own, ~own):
        ranks[side] = rankdata(scores[side])
    return ranks


def _class_sums(labels: Labels, predicted: Labels, groups: Labels, classes: int) -> Floats:
    """Hits, cases and predictions of each class in each group: `[3, G, K]`."""
    sums = np.zeros((3, int(groups.max()) + 1, classes))
    hit = labels == predicted
    for place, of, which in ((0, groups[hit], labels[hit]), (1, groups, labels), (2, groups, predicted)):
        np.add.at(sums[place], (of, which), 1.0)
    return sums


def ratios(parts: Floats, wholes: Floats) -> Ratios:
    """Mean of `parts / wholes`, sums of G groups `[G, K]` each, over the classes that have a whole.

    With hits as parts, the cases of a class as wholes make balanced accuracy; the mean of its cases and of its
    predictions makes macro F1.
    """
    known = np.flatnonzero(wholes.sum(axis=0))

    def metric(sums: Floats) -> Floats:
        part, whole = np.split(sums, 2, axis=-1)
        return (part / whole).mean(axis=-1)

    extremes = np.repeat([[0.0, 1.0], [1.0, 1.0]], len(known), axis=1) / len(known)
    return Ratios(np.hstack([parts[:, known], wholes[:, known]]), metric, extremes, wholes[:, known])
