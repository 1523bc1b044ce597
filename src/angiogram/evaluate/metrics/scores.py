"""Numbers over answers in the forms in which they can be resampled by groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiogram.evaluate.metrics.metric import NotAssessedError, Score
from angiogram.probe.resampled import Ratios, carriers
from angiogram.statistics.bootstrap import Estimate, Resamples

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CaseMean:
    """A mean over answers.

    Attributes:
        values: of each answer, 0 to 1, `[n]`.
    """

    values: Floats

    def estimate(self, resamples: Resamples) -> Estimate:
        """The mean; two pseudo-cases, 0 and 1, keep an interval from having no width (see `statistics.bootstrap`)."""
        samples = resamples.means(self.values[None], 0.0, 1.0)[:, 0]
        return Estimate(float(self.values.mean()), samples, len(resamples.sizes) - 2, 0.0, 1.0)


@dataclass(frozen=True)
class OfSums:
    """A function of sums over answers, as the library computes it and as it is resampled.

    Attributes:
        value: the library's.
        parts: what each answer adds, `[n, C]`.
        metric: sums `[B, C]` -> numbers `[B]`, NaN where they say nothing.
        least, most: between which it lies.
        values: of each answer by itself, `[n]`, NaN where it has none; None where that means nothing.
    """

    value: float
    parts: Floats
    metric: Callable[[Floats], Floats]
    least: float = 0.0
    most: float = 1.0
    values: Floats | None = None

    def estimate(self, resamples: Resamples) -> Estimate:
        """The value, and the function of the sums of each resample of groups.

        Resamples that say nothing are taken for the mean of the others.
        """
        groups = len(resamples.sizes) - 2
        sums = np.zeros((groups, self.parts.shape[1]))
        np.add.at(sums, resamples.groups, self.parts)
        samples = self.metric(resamples.counts[:, :groups] @ sums)
        if not np.isfinite(samples).any():
            raise NotAssessedError("no resample of the groups has cases enough")
        known = np.where(np.isfinite(samples), samples, np.nanmean(samples))
        return Estimate(self.value, _widened(known, resamples, self.least, self.most), groups, self.least, self.most)


@dataclass(frozen=True)
class OfClasses:
    """A mean over classes, linear in the groups (see `probe.resampled.Ratios`).

    Attributes:
        value: the library's.
        summed: from the groups of the n answers, numbered from 0 and how many, to one part or several.
        weights: of the parts; they add up to 1.
    """

    value: float
    summed: Callable[[NDArray[np.int64], int], Sequence[Ratios]]
    weights: Sequence[float] = (1.0,)

    def estimate(self, resamples: Resamples) -> Estimate:
        """The value with linear resamples of the parts, over all of which the pseudo-cases are spread."""
        found = self.summed(resamples.groups, len(resamples.sizes) - 2)
        found = [replace(part, extremes=w * part.extremes) for w, part in zip(self.weights, found, strict=True)]
        parts = [resamples.summed(each) for each in found]
        samples = np.sum([weight * part.samples for weight, part in zip(self.weights, parts, strict=True)], axis=0)
        leverage = np.sum([w**2 * part.leverage for w, part in zip(self.weights, found, strict=True)], axis=0)
        return Estimate(self.value, samples, carriers(leverage), 0.0, 1.0)


def difference(first: Score, second: Score, resamples: Resamples) -> Estimate:
    """Estimate of first minus second over the same answers, paired by the same resamples.

    Two pseudo-answers, one lost and one gained, keep it from having no width, as for paired differences of accuracies.
    """
    one, other = first.estimate(resamples), second.estimate(resamples)
    value, groups = one.value - other.value, min(one.groups, other.groups)
    least, most = one.least - other.most, one.most - other.least
    if isinstance(first, CaseMean) and isinstance(second, CaseMean):
        samples = resamples.means((first.values - second.values)[None], -1.0, 1.0)[:, 0]
    else:
        samples = _widened(one.samples - other.samples, resamples, least, most)
    return Estimate(value, samples, groups, least, most)


def _widened(samples: Floats, resamples: Resamples, least: float, most: float) -> Floats:
    """The samples `[B]` as if a pseudo-answer at either end counted among the others; as they are without ends."""
    if not np.isfinite([least, most]).all():
        return samples
    low, high = (resamples.counts[:, place] / (resamples.counts @ resamples.sizes) for place in (-2, -1))
    return samples + low * (least - samples) + high * (most - samples)
