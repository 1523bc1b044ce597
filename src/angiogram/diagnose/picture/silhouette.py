"""How far the classes lie apart, measured in the features themselves and not in a picture of them."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import silhouette_samples

DIGITS = 4
Silhouettes = tuple[float | None, tuple[float | None, ...]]


def silhouettes(features: NDArray[np.float64], labels: NDArray[np.int64], classes: int) -> Silhouettes:
    """Mean silhouette of all cases and of each class (Rousseeuw 1987), by Euclidean distance.

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
    by_class = {label: round(float(each[labels == label].mean()), DIGITS) for label in present.tolist()}
    return round(float(each.mean()), DIGITS), tuple(by_class.get(label) for label in range(classes))
