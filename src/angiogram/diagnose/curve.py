"""The flow as the report draws it: one point a tap, with controls and intervals."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.bootstrap import Resamples
from angiogram.diagnose.diagnosis import CurvePoint
from angiogram.diagnose.reading import Flow
from angiogram.probe.scores import accuracy, balanced_accuracy, macro_auroc
from angiogram.tap.store import FeatureStore
from angiogram.tap.taps import Tap


def curve(
    taps: Sequence[Tap],
    flow: Flow,
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
        grid = flow.grid.get(tap.name)
        points.append(
            CurvePoint(
                tap=tap.name,
                part=tap.part,
                stream=tap.stream,
                depth=tap.depth,
                width=int(store.read(tap.name).shape[-1]),
                on_path=tap.on_path,
                accuracy=estimate.interval(),
                balanced_accuracy=balanced_accuracy(labels, result.predicted),
                auroc=macro_auroc(labels, result.scores),
                skill=estimate.skill(chance).interval(),
                strength=float(np.median(result.strengths)),
                twin=accuracy(labels, flow.twin[tap.name].predicted),
                grid=None if grid is None else accuracy(labels, grid.predicted),
            )
        )
    return tuple(points)
