"""What two runs must have kept so that the reader of one can read the features of the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from angiogram.data.splits import Pair
from angiogram.diagnose.terms import StageKey
from angiogram.probe.evaluate import evaluated_cases
from angiogram.statistics.bootstrap import Reading, Resamples
from angiogram.tap.store import FeatureStore


@dataclass(frozen=True)
class KeptFeatures:
    """The features of one run, and the cases that they are of.

    Attributes:
        store: `[N, R, D]` a tap; row 0 is the mean over the image's tokens, or the last token.
        cases: ids of the N cases.
        labels: their classes, `[N]`.
        pairs: (training, test) cases of the run's probes.
        taps: on the path to the answer, in the order of the flow.
        read_at: the tap of the stages that a probe reads.
    """

    store: FeatureStore
    cases: tuple[str, ...]
    labels: NDArray[np.int64]
    pairs: tuple[Pair, ...]
    taps: tuple[str, ...]
    read_at: Mapping[StageKey, str]

    @property
    def evaluated(self) -> tuple[str, ...]:
        """Ids of the cases that some fold judges, in their order."""
        return tuple(self.cases[i] for i in evaluated_cases(self.pairs, len(self.cases)))

    def rows_of(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Rows of these cases, `[n]`."""
        row = {name: i for i, name in enumerate(self.cases)}
        return np.array([row[name] for name in ids], dtype=np.int64)


@dataclass(frozen=True)
class ReadRun:
    """One run, as far as the search for what changed needs it.

    Attributes:
        evaluated: ids of the n judged cases.
        readings: which of them each stage has right, `[n]`.
        resamples: of them; those of the baseline count.
        features: None where the run kept none.
        unnamed: whose answer in words names no class, `[n]`; None where that is not known.
    """

    evaluated: tuple[str, ...]
    readings: Mapping[StageKey, Reading]
    resamples: Resamples
    features: KeptFeatures | None = None
    unnamed: NDArray[np.bool_] | None = field(default=None)
