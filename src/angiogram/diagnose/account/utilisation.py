"""Utilisation: how much of what the language model is given its answer uses [own].

    (S - floor) / (P - floor)

S is the accuracy of the answer by likelihood, P that of a probe at the connector's output, and the floor that of a
probe at the same tap of the same architecture with random weights: what is read there was not learnt. 1 is an answer
as good as the probe, 0 one no better than the untrained floor. It can exceed 1, since a simple probe on the mean of the
image tokens need not read all that they hold.
"""

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.account.health import retention
from angiogram.diagnose.phrases import number, percent
from angiogram.diagnose.read.measured import Utilisation
from angiogram.statistics.bootstrap import Resamples
from angiogram.statistics.interval import Interval

TAP = "connector.out"


def utilisation(
    answer: NDArray[np.bool_], probe: NDArray[np.bool_], floor: NDArray[np.bool_], resamples: Resamples
) -> Utilisation:
    """The ratio with its interval; all parts share the resamples.

    Args:
        answer: which cases the answer by likelihood has right, `[n]`.
        probe: which a probe has at the connector's output, `[n]`.
        floor: which a probe has there in the random twin, `[n]`.
        resamples: of the n cases.

    >>> from angiogram.statistics.bootstrap import resample_groups
    >>> right = [np.arange(400) < share for share in (220, 360, 80)]
    >>> round(utilisation(*right, resample_groups(np.arange(400))).share.value, 3)
    0.5
    """
    said, read, untrained = (each.interval() for each in resamples.accuracies(np.stack([answer, probe, floor])))
    share = retention(resamples.loss(probe, floor), resamples.loss(answer, floor))
    return Utilisation(TAP, said, read, untrained, share, _says(read, untrained, share))


def _says(probe: Interval, floor: Interval, share: Interval) -> str:
    if np.isnan(share.value):
        return (
            f"Utilisation was not measured: a probe at {TAP} ({percent(probe.value)}) is not seen to read more than at "
            f"the same tap of the untrained twin ({percent(floor.value)})."
        )
    reach = f"{number(share.low)} to {number(share.high)} %"
    return (
        f"The answer uses {percent(share.value)} (95 % interval {reach}) of what a probe reads at {TAP} above the "
        "untrained floor."
    )
