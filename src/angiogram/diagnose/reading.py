"""What probes read along the whole flow: at every tap, on the same cases, with the controls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.probe.evaluate import ProbeResult, probe_tap
from angiogram.probe.permutation import null_band
from angiogram.tap.store import FeatureStore
from angiogram.tap.taps import Tap

Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True)
class Flow:
    """Probe results by tap name.

    Attributes:
        mean: of the mean-pooled features (of the token itself for last-token taps).
        grid: of the 2x2 grid, for image taps of encoder, connector and LLM.
        twin: of the mean-pooled features of the same architecture with random weights.
        null_band: accuracy that the best tap of `mean` reaches under permuted labels in 95 % of permutations.
    """

    mean: dict[str, ProbeResult]
    grid: dict[str, ProbeResult]
    twin: dict[str, ProbeResult]
    null_band: float


def read_flow(
    taps: Sequence[Tap],
    store: FeatureStore,
    twin: FeatureStore,
    labels: NDArray[np.int64],
    classes: int,
    folds: Folds,
    permuted: NDArray[np.int64],
    progress: Progress,
) -> Flow:
    """Probe every tap of both stores.

    Args:
        taps: in the order of the flow.
        store, twin: `[N, R, D]` a tap; row 0 is the mean, rows 1 to 4 the quarters.
        labels: `[N]`.
        classes: K.
        folds: shared by all taps.
        permuted: labels `[P, N]` for the null band.
        progress: receives a line every ten taps.
    """
    mean: dict[str, ProbeResult] = {}
    grid: dict[str, ProbeResult] = {}
    random: dict[str, ProbeResult] = {}
    for number, tap in enumerate(taps):
        features = np.asarray(store.read(tap.name))  # [N, R, D]
        mean[tap.name] = probe_tap(features[:, 0], labels, folds, classes=classes, permuted=permuted)
        if tap.stream == "image" and tap.part != "pixels":
            quarters = features[:, 1:].reshape(len(features), -1)  # [N, 4 D]
            grid[tap.name] = probe_tap(quarters, labels, folds, classes=classes)
        random[tap.name] = probe_tap(np.asarray(twin.read(tap.name))[:, 0], labels, folds, classes=classes)
        if number % 10 == 9 or number == len(taps) - 1:
            progress(f"probed {number + 1}/{len(taps)} taps")
    band = null_band(np.stack([result.null for result in mean.values() if result.null is not None]))
    return Flow(mean, grid, random, band)


def best_image_layer(
    taps: Sequence[Tap], results: dict[str, ProbeResult], folds: Folds, evaluated: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Stage I: in each fold the LLM block whose image tokens are read best on the training side.

    Returns:
        (the tap chosen in each fold, the predictions of the evaluated cases `[n]`).
    """
    candidates = [tap.name for tap in taps if tap.part == "llm" and tap.stream == "image" and "block" in tap.name]
    predicted = np.empty(len(evaluated), dtype=np.int64)
    chosen: list[str] = []
    for number, (_, test) in enumerate(folds):
        best = max(candidates, key=lambda name: results[name].training[number])
        rows = np.isin(evaluated, test)
        predicted[rows] = results[best].predicted[rows]
        chosen.append(best)
    return tuple(chosen), predicted
