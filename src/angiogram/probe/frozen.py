"""A frozen reader: a probe that learnt on one run's features reads those of another run at the same tap.

A probe that is trained anew says whether the class can be decoded; one that stays as it was says whether it still
stands where a part that was not trained anew looks for it [own].
"""

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.probe.contract import checked_classes
from angiogram.probe.evaluate import Folds, evaluated_cases
from angiogram.probe.gram import grams_of_folds
from angiogram.probe.principal import check_features
from angiogram.probe.ridge import RidgeProbe


def frozen_reader(
    features: NDArray[np.generic], others: NDArray[np.generic], labels: NDArray[np.int64], folds: Folds
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What the ridge probe of each fold names by the features it learnt on, and by others of the same cases.

    Args:
        features: `[N, D]`; the probes learn on the training rows of these.
        others: the other features of the n evaluated cases, in ascending order of the cases, `[n, D]`.
        labels: class index of each case, `[N]`.
        folds: pairs (training, test) of the N cases.

    Returns:
        (class named by `features`, class named by `others`), `[n]` each; the first is what `probe_tap` predicts.

    Raises:
        InputError: features that are not finite, of two widths, or that do not match labels and folds.

    >>> X, y = np.array([[0.0], [0.1], [1.0], [1.1], [0.05], [0.9]]), np.array([0, 0, 1, 1, 0, 1])
    >>> own, theirs = frozen_reader(X, 1 - X[4:], y, [(np.array([0, 1, 2, 3]), np.array([4, 5]))])
    >>> own.tolist(), theirs.tolist()
    ([0, 1], [1, 0])
    """
    for given in (features, others):
        check_features(given)
    checked_classes(len(features), labels, None)
    cases = evaluated_cases(folds, len(labels))
    if others.shape != (len(cases), features.shape[1]):
        raise InputError(
            f"A frozen reader of {features.shape[1]} features needs the same of {len(cases)} cases, not an array of "
            f"shape {others.shape}."
        )
    own, theirs = np.zeros(len(cases), dtype=np.int64), np.zeros(len(cases), dtype=np.int64)
    grams = grams_of_folds(features, [train for train, _ in folds])
    for (train, test), gram in zip(folds, grams, strict=True):
        probe = RidgeProbe().fit_gram(gram, labels[train])
        places = np.searchsorted(cases, test)
        own[places] = probe.predict(features[test])
        theirs[places] = probe.predict(others[places])
    return own, theirs
