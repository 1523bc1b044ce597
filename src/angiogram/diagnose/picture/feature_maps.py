"""How the classes lie to each other at the encoder's end, after the connector and at the last token."""

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from sklearn.metrics import silhouette_samples

from angiogram.diagnose.picture.result import FeatureMap
from angiogram.diagnose.terms import StageKey
from angiogram.probe.principal import principal_axes
from angiogram.tap.store import FeatureStore

MOST = 1000  # cases in a map
COMPONENTS = 50
PERPLEXITY = 30.0
FEW = 8  # cases that have too few neighbours for t-SNE
DIGITS, SILHOUETTE_DIGITS = 3, 4
Silhouettes = tuple[float | None, tuple[float | None, ...]]
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


def silhouettes(features: NDArray[np.float64], labels: NDArray[np.int64], classes: int) -> Silhouettes:
    """Mean silhouette of all cases and of each class (Rousseeuw 1987), by Euclidean distance in the features.

    Of each case `(b - a) / max(a, b)`, with a the mean distance to its own class and b to the nearest other class; 0
    for a class of one case. 1: classes far apart; 0: they touch; below 0: nearer to another class than to its own.

    Args:
        features: `[n, D]`.
        labels: class index of each case, `[n]`.
        classes: K.

    Returns:
        (the mean, that of each class); None where there is nothing to compare: fewer than two classes, no class with
        two cases, or the same features everywhere.

    >>> silhouettes(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0, 0, 2, 2]), 3)
    (1.0, (1.0, None, 1.0))
    """
    present = np.unique(labels)
    if not 2 <= len(present) < len(labels) or not features.any():
        return None, (None,) * classes
    with np.errstate(invalid="ignore"):  # cases of two classes in one place: 0 / 0, which counts 0
        each = np.asarray(silhouette_samples(features, labels), dtype=np.float64)
    by_class = {label: round(float(each[labels == label].mean()), SILHOUETTE_DIGITS) for label in present.tolist()}
    return round(float(each.mean()), SILHOUETTE_DIGITS), tuple(by_class.get(label) for label in range(classes))


def in_plane(components: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """t-SNE (van der Maaten and Hinton 2008) of the widest 50 principal components, `[n, 2]`.

    Neighbours in the features are neighbours in the plane; distances between groups and their sizes mean little. Of
    fewer than eight cases the first two components are drawn as they are.

    Args:
        components: `[n, r]`, the widest first; none where all cases have the same features.
        seed: of the map.
    """
    cases = len(components)
    kept = components[:, :COMPONENTS]
    kept = np.pad(kept, ((0, 0), (0, max(0, 2 - kept.shape[1]))))
    if cases < FEW or not kept.any():
        return kept[:, :2]
    perplexity = min(PERPLEXITY, (cases - 1) / 3)
    return TSNE(init="pca", perplexity=perplexity, random_state=seed).fit_transform(kept).astype(np.float64)
