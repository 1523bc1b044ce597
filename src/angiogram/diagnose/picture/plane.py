"""Many dimensions drawn in two."""

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE

COMPONENTS = 50
PERPLEXITY = 30.0
FEW = 8  # cases that have too few neighbours for t-SNE


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
