"""The directions of features along which classes differ."""

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError

Directions = NDArray[np.float64]


def discriminative_directions(
    features: NDArray[np.float64], labels: NDArray[np.int64]
) -> tuple[Directions, Directions]:
    """Orthonormal directions that hold the classes: of their means, and further ones.

    Without the span of the class means, features and labels do not covary: no least-squares probe that is fitted on
    these cases beats the class shares, of one pooling or of all side by side (spectral attribute removal, Shao et al.
    2023, arXiv 2203.07893). Of other cases it may, as the classes' true means lie a little elsewhere; and what is not
    linear, such as how an image's tokens vary, may still tell. So the principal directions of what is left follow, half
    of those that the cases have: more, and a probe that scales its features would read the classes of rounding errors.
    [own]

    Args:
        features: `[N, R, D]`, R poolings of each case.
        labels: `[N]`, K classes.

    Returns:
        (of the means, at most R (K - 1), the widest first; principal ones at right angles to them, the widest first.)

    Raises:
        InputError: fewer than two classes.
    """
    classes = np.unique(labels)
    if len(classes) < 2:
        raise InputError(f"A lesion of the connector needs cases of two or more classes, not of {len(classes)}.")
    rest = features - features.mean(axis=0)
    means = np.stack([rest[labels == label].mean(axis=0) for label in classes])  # [K, R, D]
    N, _, D = features.shape
    span = _axes((means - means.mean(axis=0)).reshape(-1, D))
    rest = rest.reshape(-1, D)
    return span, _axes(rest - (rest @ span.T) @ span)[: min(N, D) // 2]


def _axes(rows: NDArray[np.float64]) -> Directions:
    """Orthonormal basis of the rows, the direction of the largest sum of squares first."""
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    return directions[sizes > 1e-9 * max(float(sizes.max()), 1e-300)]
