"""What a probe reads along the whole flow: at every tap, on the same cases, with one null band."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.probe.evaluate import ProbeResult, probe_tap
from angiogram.probe.permutation import null_band
from angiogram.tap.store import FeatureStore
from angiogram.tap.taps import Tap

Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True)
class Flow:
    """What the probe reads along the flow.

    Attributes:
        probe: its name.
        mean: by tap, of the mean-pooled features (of the token itself for last-token taps). The accuracy on the
            training sides, by which taps are chosen, is that of the ridge probe with groups held out, whichever probe
            reads: a perceptron has its own training cases right at any tap.
        null_band: accuracy that the best tap reaches under permuted labels in 95 % of permutations. It is the ridge
            probe's, whichever probe reads: only there do a hundred permutations share one fit.
    """

    probe: str
    mean: dict[str, ProbeResult]
    null_band: float


def read_flow(
    taps: Sequence[Tap],
    store: FeatureStore,
    cases: Cases,
    folds: Folds,
    permuted: NDArray[np.int64],
    probe: str,
    progress: Progress,
) -> Flow:
    """Probe every tap.

    Args:
        taps: in the order of the flow.
        store: `[N, R, D]` a tap; row 0 is the mean.
        cases: N of them.
        folds: shared by all taps.
        permuted: labels `[P, N]` for the null band.
        probe: a name in `probe.contract.REGISTRY`.
        progress: receives a line every ten taps.
    """
    labels, groups, classes = cases.labels, cases.groups, len(cases.classes)
    mean: dict[str, ProbeResult] = {}
    null: list[NDArray[np.float64]] = []
    for number, tap in enumerate(taps, start=1):
        features = np.asarray(store.read(tap.name)[:, 0])  # [N, D]
        ridge = probe_tap(features, labels, folds, classes=classes, permuted=permuted, groups=groups)
        if ridge.null is not None:
            null.append(ridge.null)
        mean[tap.name] = ridge
        if probe != "ridge":
            read = probe_tap(features, labels, folds, classes=classes, probe=probe, groups=groups)
            mean[tap.name] = replace(read, training=ridge.training)
        if number % 10 == 0 or number == len(taps):
            progress(f"probed {number}/{len(taps)} taps")
    return Flow(probe, mean, null_band(np.stack(null)))


def best_image_layer(
    taps: Sequence[Tap], results: dict[str, ProbeResult], folds: Folds, evaluated: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Stage I: in each fold the LLM block whose image tokens are read best on the training side.

    Returns:
        (the tap chosen in each fold, the predictions of the evaluated cases `[n]`).
    """
    return best_tap(_image_blocks(taps), results, folds, evaluated)


def best_late_layer(
    taps: Sequence[Tap], results: dict[str, ProbeResult], folds: Folds, evaluated: NDArray[np.int64]
) -> tuple[str, ...]:
    """In each fold the block of the LLM's last third whose image tokens are read best on the training side."""
    blocks = _image_blocks(taps)
    chosen, _ = best_tap(blocks[2 * len(blocks) // 3 :], results, folds, evaluated)
    return chosen


def _image_blocks(taps: Sequence[Tap]) -> list[str]:
    return [tap.name for tap in taps if tap.part == "llm" and tap.stream == "image" and "block" in tap.name]


def best_tap(
    candidates: Sequence[str], results: dict[str, ProbeResult], folds: Folds, evaluated: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """In each fold the candidate that is read best on the training side; returns as `best_image_layer`."""
    predicted = np.empty(len(evaluated), dtype=np.int64)
    chosen: list[str] = []
    for number, (_, test) in enumerate(folds):
        best = max(candidates, key=lambda name: results[name].training[number])
        rows = np.isin(evaluated, test)
        predicted[rows] = results[best].predicted[rows]
        chosen.append(best)
    return tuple(chosen), predicted
