"""How the classes lie to each other at the encoder's end, after the connector and at the last token."""

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.picture.plane import in_plane
from angiogram.diagnose.picture.result import FeatureMap
from angiogram.diagnose.picture.silhouette import silhouettes
from angiogram.diagnose.terms import StageKey
from angiogram.probe.principal import principal_axes
from angiogram.tap.store import FeatureStore

MOST = 1000  # cases in a map
DIGITS = 3
TAPS: dict[StageKey, str] = {"V": "encoder.out", "C": "connector.out", "U": "llm.norm@last"}


def feature_maps(
    store: FeatureStore, labels: NDArray[np.int64], classes: int, evaluated: NDArray[np.int64], seed: int
) -> tuple[FeatureMap, ...]:
    """Maps of the evaluated cases at V, C and U, with silhouette values.

    Args:
        store: pooled features `[N, R, D]` a tap, row 0 the mean (the token itself for the last token).
        labels: class index of each case, `[N]`.
        classes: K.
        evaluated: the cases to draw; of more than 1,000 so many at random, the same at each tap.
        seed: of the draw and of the map.
    """
    drawn = evaluated
    if len(evaluated) > MOST:
        drawn = np.sort(np.random.default_rng(seed).choice(evaluated, MOST, replace=False))
    return tuple(
        _feature_map(key, tap, store.read(tap)[drawn, 0], labels[drawn], classes, seed) for key, tap in TAPS.items()
    )


def _feature_map(
    key: StageKey, tap: str, features: NDArray[np.generic], labels: NDArray[np.int64], classes: int, seed: int
) -> FeatureMap:
    # The rotation keeps all distances, so that what is measured on the principal axes holds for the features.
    axes = principal_axes(features).rotated[:, ::-1] if len(features) > 1 else np.zeros((1, 0))  # [n, r], widest first
    mean, by_class = silhouettes(axes, labels, classes)
    points = in_plane(axes, seed).round(DIGITS) + 0.0
    return FeatureMap(key, tap, mean, by_class, tuple((x, y) for x, y in points.tolist()), tuple(labels.tolist()))
