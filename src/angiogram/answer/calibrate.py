"""Correcting class likelihoods for what the model would say whatever the image."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp


def calibrated(
    log_likelihoods: NDArray[np.floating], folds: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]
) -> NDArray[np.float64]:
    """Each class's log-likelihood minus the log of its mean likelihood over the fold's training images, `[N, K]`. [own]

    The pointwise mutual information of image and answer, in the manner of Holtzman et al. 2021 (arXiv 2104.08315). The
    mean is taken of likelihoods, not of their logarithms: a model that is sure gives the classes that an image does not
    show very small likelihoods, and a mean of logarithms would consist of little else.

    Rows that no fold tests are 0. No label is used, and no image that is judged.

    >>> import numpy as np
    >>> L = np.log([[0.3, 0.1], [0.1, 0.3], [0.4, 0.4]])
    >>> np.exp(calibrated(L, [(np.array([0, 1]), np.array([2]))])[2])
    array([2., 2.])
    """
    corrected = np.zeros(log_likelihoods.shape)
    for train, test in folds:
        corrected[test] = log_likelihoods[test] - prior(log_likelihoods[train])
    return corrected


def prior(log_likelihoods: NDArray[np.floating]) -> NDArray[np.floating]:
    """Log of the mean likelihood of each class over the images, `[n, K]` -> `[K]`.

    >>> np.exp(prior(np.log([[0.3, 0.1], [0.1, 0.3]])))
    array([0.2, 0.2])
    """
    return logsumexp(log_likelihoods, axis=0) - np.log(len(log_likelihoods))
