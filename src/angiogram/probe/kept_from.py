"""A class probe that is kept from another column: whatever is constant within its values teaches and helps nothing.

From the features the training side's mean over the cases of the same value is taken away. Ridge on them is the
within-estimator of panel data: features that are centred in each value are orthogonal to anything that is constant
there (Frisch & Waugh 1933), so that differences between values cannot teach it.

Centred so, a class stands farther from zero the rarer it is with a value, and one threshold does not suit all values
[own]. From the scores of each value's cases the mean of its classes' mean scores is therefore taken, in which each
training case counts with the score of a fit without its group. A class that is rare with a value is then as likely to
be named as a frequent one, as J of `strata` wants it.
"""

import numpy as np
from numpy.typing import NDArray

from angiogram.probe.evaluate import Folds, evaluated_cases
from angiogram.probe.ridge import RidgeProbe
from angiogram.probe.scores import Labels


def named_without(
    features: NDArray[np.generic],
    labels: Labels,
    values: NDArray[np.int64],
    folds: Folds,
    groups: NDArray[np.int64] | None = None,
) -> Labels:
    """The class that such a probe names for each tested case, ascending, `[n]`.

    Args:
        features: `[N, D]`.
        labels: class of each case, `[N]`.
        values: of the column, numbered from 0, `[N]`.
        folds: as for `probe_tap`.
        groups: of the cases, `[N]`.

    >>> rng = np.random.default_rng(0)
    >>> values, labels, fold = np.arange(80) // 40, np.arange(80) % 2, np.arange(80) // 2 % 2
    >>> features = rng.normal(size=(80, 1)) + 8 * labels[:, None] + 100 * values[:, None]
    >>> folds = [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(2)]
    >>> bool((named_without(features, labels, values, folds) == labels).all())
    True
    """
    named = np.zeros(len(labels), dtype=np.int64)
    for train, test in folds:
        centred = without_value_means(features, values, train)
        probe = RidgeProbe().fit(centred[train], labels[train], None if groups is None else groups[train])
        middle = _middles(probe.training_scores_, labels[train], values[train], int(values.max()) + 1)
        scores = probe.scores(centred[test]) - middle[values[test]]
        named[test] = probe.classes_[scores.argmax(axis=1)]
    return named[evaluated_cases(folds, len(labels))]


def without_value_means(
    features: NDArray[np.generic], values: NDArray[np.int64], train: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Features `[N, D]` less the training side's mean over the cases of the same value, `[N, D]`.

    Of a value that no training case has, the mean of the training side.

    >>> without_value_means(np.array([[1.0], [3.0], [10.0], [9.0]]), np.array([0, 0, 1, 1]), np.array([0, 1, 2])).T
    array([[-1.,  1.,  0., -1.]])
    """
    taught = features[train].astype(np.float64)
    means = np.tile(taught.mean(axis=0), (int(values.max()) + 1, 1))
    for value in np.unique(values[train]):
        means[value] = taught[values[train] == value].mean(axis=0)
    return features - means[values]


def _middles(
    scores: NDArray[np.float64], labels: Labels, values: NDArray[np.int64], levels: int
) -> NDArray[np.float64]:
    """Mean over the classes of their mean scores, of each value `[levels, K]`; of all cases where one class occurs."""

    def middle(of: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.mean([scores[of & (labels == label)].mean(axis=0) for label in np.unique(labels[of])], axis=0)

    middles = np.tile(middle(np.ones(len(labels), dtype=bool)), (levels, 1))
    for value in np.unique(values):
        if len(np.unique(labels[values == value])) > 1:
            middles[value] = middle(values == value)
    return middles
