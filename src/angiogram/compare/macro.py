"""The mean over the findings of one set, in each of which one class stands against the rest.

Every finding counts the same, however frequent it is. Groups (patients) are drawn once for all findings, since one
patient's images take part in all of them; the interval is the expanded percentile interval of the mean [own].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.tell.predictions import Predictions
from angiogram.diagnose.terms import STAGES, StageKey
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import Estimate, resample_groups
from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class MacroMean:
    """Means over the findings.

    Attributes:
        accuracies: of every stage that was measured for all of them, in order.
        losses: between those stages, one after another, by their two keys.
    """

    accuracies: Mapping[StageKey, Interval]
    losses: Mapping[tuple[StageKey, StageKey], Interval]


def macro_mean(findings: Mapping[str, Predictions], seed: int = 0, count: int = 2000) -> MacroMean:
    """The mean accuracy of each stage, and the mean loss between stages.

    Args:
        findings: what the run of each finding named.
        seed: of the draws.
        count: of them.

    Raises:
        InputError: no finding, or all cases of one group.
    """
    if not findings:
        raise InputError("There is no finding to take a mean of.")
    names = sorted({name for each in findings.values() for name in each.groups})
    place = {name: number for number, name in enumerate(names)}
    counts = resample_groups(np.arange(len(names)), seed, count).counts
    keys: list[StageKey] = [key for key in STAGES if all(key in each.stages for each in findings.values())]
    estimates: dict[StageKey, Estimate] = {}
    for key in keys:
        values, samples = zip(*(_accuracy(each, key, place, counts) for each in findings.values()), strict=True)
        mean = np.mean(np.stack(samples), axis=0)
        estimates[key] = Estimate(float(np.mean(values)), mean, len(names), 0.0, 1.0)
    return MacroMean(
        {key: estimate.interval() for key, estimate in estimates.items()},
        {(one, other): _difference(estimates[one], estimates[other]).interval() for one, other in pairwise(keys)},
    )


def _accuracy(
    found: Predictions, key: StageKey, place: Mapping[str, int], counts: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """The accuracy of one stage of one finding, and that on every draw of groups, `[B]`."""
    group = np.array([place[name] for name in found.groups])
    right = found.stages[key] == found.labels
    sums = np.append(np.bincount(group, right, minlength=len(place)), [0.0, 1.0])
    sizes = np.append(np.bincount(group, minlength=len(place)), [1.0, 1.0])
    return float(right.mean()), (counts @ sums) / (counts @ sizes)


def _difference(one: Estimate, other: Estimate) -> Estimate:
    return Estimate(one.value - other.value, one.samples - other.samples, one.groups, -1.0, 1.0)
