"""Correcting class likelihoods for what the model would say whatever the image."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def calibrated(
    log_likelihoods: NDArray[np.floating], folds: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]
) -> NDArray[np.float64]:
    """Each class's log-likelihood minus its mean over the training images of the case's fold, `[N, K]`. [own]

    Rows that no fold tests are 0. No label is used, and no image that is judged.

    >>> import numpy as np
    >>> L = np.array([[-1.0, -5.0], [-3.0, -7.0], [-1.0, -2.0]])
    >>> calibrated(L, [(np.array([0, 1]), np.array([2]))])[2]
    array([1., 4.])
    """
    corrected = np.zeros(log_likelihoods.shape)
    for train, test in folds:
        corrected[test] = log_likelihoods[test] - log_likelihoods[train].mean(axis=0)
    return corrected
