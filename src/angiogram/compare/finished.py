"""A finished run, as far as a comparison needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.compare.kept import KeptFeatures, ReadRun
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.tell.predictions import Predictions
from angiogram.diagnose.terms import StageKey
from angiogram.statistics.bootstrap import Reading, Resamples


@dataclass(frozen=True)
class Finished:
    """One run.

    Attributes:
        name: what the comparison calls it.
        diagnosis: its report.
        predictions: what it named.
        config: every setting of it, and the digests of what it was made from, as text.
        seed, resamples: of its bootstrap.
        features: what it kept of them; None where they cannot be read.
        unread: why they cannot, one sentence.
    """

    name: str
    diagnosis: Diagnosis
    predictions: Predictions
    config: Mapping[str, str]
    seed: int
    resamples: int
    features: KeptFeatures | None = None
    unread: str = ""

    @property
    def readings(self) -> dict[StageKey, Reading]:
        """Which cases each stage has right `[n]`; R may be a number that was given."""
        labels = self.predictions.labels
        found: dict[StageKey, Reading] = {key: named == labels for key, named in self.predictions.stages.items()}
        for stage in self.diagnosis.stages:
            if stage.key == "R" and stage.accuracy is not None and "R" not in found:
                found["R"] = stage.accuracy.value
        return found

    @property
    def correct(self) -> dict[str, NDArray[np.bool_]]:
        """Which cases the probe at each tap has right, `[n]`."""
        return {tap: named == self.predictions.labels for tap, named in self.predictions.taps.items()}

    def read(self, resamples: Resamples) -> ReadRun:
        """The run as `locate` takes it."""
        words = self.predictions.stages.get("G")
        return ReadRun(
            evaluated=self.predictions.cases,
            readings=self.readings,
            resamples=resamples,
            features=self.features,
            unnamed=None if words is None else words < 0,
        )
