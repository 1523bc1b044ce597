"""Intervals: a paired bootstrap over groups, with the same resamples for every tap and every difference [own].

Whole groups (patients, z-blocks) are drawn with replacement; an accuracy is the share of correct cases among the cases
drawn. Because all taps share the draws, the resamples of any number of taps are one matrix product, and differences
are paired. The plain percentile interval fails in two ways that matter here, so both are mended:

- **Few groups.** It is too narrow, as a z interval is where a t interval is due. The percentiles are therefore moved
  out to those of a t distribution: `level = Phi(-sqrt(G / (G - 1)) t_{0.975, G - 1})` (the "expanded percentile
  interval", Hesterberg 2015, The American Statistician 69). Over very few groups, or where many intervals are to hold
  together, they lie further out than any of B resamples; the interval then reaches as far as a normal tail would.
- **Nothing to see.** Where (almost) no case differs, every resample is alike and the interval has no width, although a
  few dozen cases cannot prove a loss of zero. Each resample is therefore drawn from the groups and two single
  pseudo-cases, one at either extreme (right and wrong; lost and gained), as Agresti-Coull and Bonett-Price do for
  proportions and paired differences. Against hundreds of cases they weigh nothing.
- **Few groups of a class.** Balanced accuracy, macro F1 and macro AUROC are means over classes, and where a patient has
  one diagnosis, a class may rest on a handful of patients. Their resamples are linear and without bias (see
  `angiogram.probe.resampled.Ratios`), and G is the number of groups that carry the score.

`benchmarks/coverage.py` measures, in several worlds, how often these intervals hold the truth, and how often plain
percentiles do.

What stays: with cases of very unequal groups, rare errors that sit in few groups, or classes of fewer than about five
patients, no interval is exact. The split and the trained probes are held fixed: the intervals say how results would
vary over other patients, not over other training sets.
"""

from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from angiogram.errors import InputError
from angiogram.probe.resampled import Ratios, Summed, calibration_error_samples
from angiogram.statistics.exact import exact_accuracy, exact_number
from angiogram.statistics.interval import Interval

FEWEST_BEYOND = 2
"""Resamples beyond an end of an interval; an end with fewer does not rest on them alone."""

Reading = NDArray[np.bool_] | float
"""A stage: which cases are right `[n]`, or an accuracy that was given as a plain number (taken as exact)."""


@dataclass(frozen=True)
class Estimate:
    """A number with its bootstrap resamples.

    Attributes:
        value: measured on the cases themselves.
        samples: the same number on each resample, `[B]`.
        groups: G, the number of groups drawn from, or of those that carry the number.
        least, most: the number cannot lie below and above these.
    """

    value: float
    samples: NDArray[np.float64]
    groups: float
    least: float = -inf
    most: float = inf

    def interval(self, confidence: float = 0.95) -> Interval:
        """The expanded percentile interval; it always holds the value.

        B resamples show no tail in which fewer than about two of them lie. Where `tail B < 2`, the ends are therefore
        those of the normal distribution of their mean and deviation, `mean -/+ critical SE`, within what is possible,
        wherever that is wider than the percentile [own].
        """
        reach = self.critical(confidence)
        tail = float(ndtr(-reach))
        ends = np.quantile(self.samples, [tail, 1 - tail])
        low, high = min(float(ends[0]), self.value), max(float(ends[1]), self.value)
        if tail * len(self.samples) < FEWEST_BEYOND:
            mean, error = float(self.samples.mean()), self.standard_error
            low, high = min(low, max(self.least, mean - reach * error)), max(high, min(self.most, mean + reach * error))
        return Interval(self.value, low, high)

    def critical(self, confidence: float = 0.95) -> float:
        """How many bootstrap standard errors an interval reaches to either side, about 1.96 for many groups."""
        return critical(self.groups, confidence)

    def p_at_most(self, bound: float) -> float:
        """One-sided p of "the true value is at most `bound`", matched to the interval: below 0.025 when its low end
        exceeds the bound.

        B resamples cannot tell a p below 1 / B. Where all of them lie above the bound, the tail is therefore that of
        the normal distribution of their mean and deviation, if it is smaller: over few groups Holm's correction could
        never be passed otherwise, however large the effect.
        """
        below = int(np.count_nonzero(self.samples <= bound))
        share = (1 + below) / (1 + len(self.samples))
        if below == 0 and self.standard_error > 0:
            share = min(share, float(ndtr((bound - self.samples.mean()) / self.standard_error)))
        z = float(ndtri(share)) / np.sqrt(self.groups / (self.groups - 1))
        return float(stdtr(self.groups - 1, z))

    @property
    def standard_error(self) -> float:
        """Bootstrap standard error (not expanded)."""
        return float(self.samples.std())

    def skill(self, chance: float) -> "Estimate":
        """The estimate of an accuracy as skill `(a - c) / (1 - c)`; c is held fixed."""
        if not 0.0 <= chance < 1.0:
            raise InputError(f"Skill needs cases of two classes or more; a constant guess is right in {chance:.0%}.")
        value, least, most = ((number - chance) / (1 - chance) for number in (self.value, self.least, self.most))
        return Estimate(value, (self.samples - chance) / (1 - chance), self.groups, least, most)


@dataclass(frozen=True)
class Resamples:
    """Draws of groups, the same for everything that is measured on these cases.

    Attributes:
        groups: group of each case, numbered from 0, `[n]`.
        counts: how often each resample holds each group and, last, the pseudo-cases low and high, `[B, G + 2]`.
    """

    groups: NDArray[np.int64]
    counts: NDArray[np.float64]

    @property
    def cases(self) -> int:
        """Number of cases, n."""
        return len(self.groups)

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """Cases of each group, and 1 for each pseudo-case, `[G + 2]`."""
        return np.append(np.bincount(self.groups), [1.0, 1.0])

    def means(self, values: NDArray[np.generic], low: float, high: float) -> NDArray[np.float64]:
        """Mean of T quantities `[T, n]`, each between `low` and `high`, on every resample: `[B, T]`."""
        if values.shape[-1] != self.cases:
            raise InputError(f"{self.cases} cases were resampled, but {values.shape[-1]} values were given.")
        G = len(self.sizes) - 2
        sums = np.empty((G + 2, len(values)))
        order = np.argsort(self.groups, kind="stable")
        starts = np.searchsorted(self.groups[order], np.arange(G))
        sums[:G] = np.add.reduceat(values[:, order].astype(np.float64), starts, axis=1).T
        sums[G], sums[G + 1] = low, high
        return (self.counts @ sums) / (self.counts @ self.sizes)[:, None]

    def accuracies(self, correct: NDArray[np.bool_]) -> tuple[Estimate, ...]:
        """Estimate of each of T accuracies from which cases are right, `[T, n]`: one matrix product for all."""
        samples = self.means(correct, 0.0, 1.0)
        return tuple(self._estimate(exact_accuracy(row), samples[:, t], 0.0) for t, row in enumerate(correct))

    def accuracy(self, reading: Reading) -> Estimate:
        """Estimate of one accuracy; one given as a number does not vary."""
        if isinstance(reading, np.ndarray):
            return self.accuracies(reading[None])[0]
        value = exact_number(_share(reading))
        return self._estimate(value, np.full(len(self.counts), value), 0.0)

    def loss(self, start: Reading, end: Reading) -> Estimate:
        """Estimate of accuracy(start) - accuracy(end), paired; its value is that difference exactly."""
        value = self.accuracy(start).value - self.accuracy(end).value
        if isinstance(start, np.ndarray) and isinstance(end, np.ndarray):
            lost = start.astype(np.int8) - end.astype(np.int8)
            return self._estimate(value, self.means(lost[None], -1.0, 1.0)[:, 0], -1.0)
        return self._estimate(value, self.accuracy(start).samples - self.accuracy(end).samples, -1.0)

    def beyond_half(self, before: NDArray[np.bool_], after: NDArray[np.bool_], target: NDArray[np.bool_]) -> Estimate:
        """Estimate of `after - (before + target) / 2`, paired: what came back beyond half of what was lost.

        Where its interval lies above 0, surely more than half came back, whatever was lost: that is not taken as known.
        """
        value = self.accuracy(after).value - (self.accuracy(before).value + self.accuracy(target).value) / 2
        gained = after.astype(np.float64) - (before.astype(np.float64) + target) / 2
        return self._estimate(value, self.means(gained[None], -1.0, 1.0)[:, 0], -1.0)

    def summed(self, metric: Ratios) -> Estimate:
        """Estimate of a metric of sums over these groups."""
        return Estimate(metric.value, metric.samples(self.counts), metric.carriers, 0.0, 1.0)

    def calibration_error(self, summed: Summed) -> Estimate:
        """Estimate from `summed_calibration_error`, whose resamples alone would lie too high."""
        return self._estimate(summed.value, calibration_error_samples(summed, self.counts), 0.0)

    def _estimate(self, value: float, samples: NDArray[np.float64], least: float) -> Estimate:
        return Estimate(value, samples, len(self.sizes) - 2, least, 1.0)


def critical(groups: float, confidence: float = 0.95) -> float:
    """How many bootstrap standard errors an expanded interval over G groups reaches to either side.

    >>> [round(critical(groups), 2) for groups in (11, 60, 500)]
    [2.34, 2.02, 1.97]
    """
    return float(np.sqrt(groups / (groups - 1)) * stdtrit(groups - 1, 0.5 + confidence / 2))


def resample_groups(groups: NDArray[np.int64], seed: int = 0, count: int = 2000) -> Resamples:
    """Draw `count` resamples of the groups of n cases, `[n]`.

    Raises:
        InputError: fewer than two groups: nothing can be said about other patients then.

    >>> draws = resample_groups(np.arange(200))
    >>> right = np.arange(200) < 160
    >>> interval = draws.accuracy(right).interval()
    >>> interval.value.__round__(3), 0.73 < interval.low < 0.76, 0.84 < interval.high < 0.87
    (0.8, True, True)
    """
    names, number = np.unique(groups, return_inverse=True)
    G = len(names)
    if G < 2:
        raise InputError(f"Intervals need cases of at least two groups (patients); all {len(groups)} cases are of one.")
    drawn = G + 2
    counts = np.random.default_rng(seed).multinomial(drawn, np.full(drawn, 1 / drawn), size=count)
    return Resamples(number.reshape(-1).astype(np.int64), counts.astype(np.float64))


def _share(value: float) -> float:
    if not 0.0 <= value <= 1.0:
        raise InputError(f"An accuracy given as a number must be between 0 and 1, not {value}.")
    return float(value)
