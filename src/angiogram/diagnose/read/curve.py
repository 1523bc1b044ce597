"""The flow as the report draws it: one point a tap, with controls and intervals."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.read.controls import Controls
from angiogram.diagnose.read.flow import Flow
from angiogram.diagnose.read.measured import CurvePoint
from angiogram.probe.resampled import (
    summed_balanced_accuracy,
    summed_calibration_error,
    summed_macro_auroc,
    summed_macro_f1,
)
from angiogram.probe.scores import accuracy
from angiogram.statistics.bootstrap import Resamples
from angiogram.tap.store import FeatureStore
from angiogram.tap.taps import Tap


def curve(
    taps: Sequence[Tap],
    flow: Flow,
    controls: Controls,
    store: FeatureStore,
    labels: NDArray[np.int64],
    chance: float,
    resamples: Resamples,
) -> tuple[CurvePoint, ...]:
    """One point a tap, in the order of the flow; `labels` `[n]` are those of the evaluated cases."""
    correct = np.stack([flow.mean[tap.name].predicted == labels for tap in taps])  # [T, n]
    points: list[CurvePoint] = []
    for tap, estimate in zip(taps, resamples.accuracies(correct), strict=True):
        result = flow.mean[tap.name]
        grid = controls.grid.get(tap.name)
        named = (labels, result.predicted, resamples.groups, result.scores.shape[1])
        points.append(
            CurvePoint(
                tap=tap.name,
                part=tap.part,
                stream=tap.stream,
                depth=tap.depth,
                width=int(store.read(tap.name).shape[-1]),
                on_path=tap.on_path,
                accuracy=estimate.interval(),
                balanced_accuracy=resamples.summed(summed_balanced_accuracy(*named)).interval(),
                auroc=resamples.summed(summed_macro_auroc(labels, result.scores, resamples.groups)).interval(),
                macro_f1=resamples.summed(summed_macro_f1(*named)).interval(),
                calibration_error=resamples.calibration_error(
                    summed_calibration_error(labels, result.probabilities, resamples.groups)
                ).interval(),
                skill=estimate.skill(chance).interval(),
                strength=float(np.median(result.strengths)),
                twin=accuracy(labels, controls.twin[tap.name].predicted),
                grid=None if grid is None else accuracy(labels, grid.predicted),
                projected=accuracy(labels, controls.projected[tap.name].predicted),
                compression=controls.code[tap.name].compression,
            )
        )
    return tuple(points)
