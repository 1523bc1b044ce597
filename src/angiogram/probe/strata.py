"""What predictions tell of the class inside strata, the cases that share a value of another column [own].

    J_s  = 1/K_s  sum_k ( P(named k | class k, s)  -  mean over l != k of P(named k | class l, s) )
    J    = sum_s w_s J_s / sum_s w_s,      w_s = K_s^2 / sum_k 1 / n_sk

k and l are the K_s classes that occur in stratum s, n_sk its cases of class k. J_s is Youden's J (1950) for several
classes. It is 0 wherever what is named and the class are independent in the stratum, however unequal the classes are
and whatever is named, and 1 where all is right. Accuracy against the most frequent class has no such zero: a probe that
knows the class fairly well can be right less often than always naming a very frequent one. Over one stratum with all K
classes J is balanced accuracy corrected for chance, `(K b - 1) / (K - 1)`.

The weights are those of Mantel & Haenszel (1959) for two classes, and the number of cases where all classes are equally
frequent; their sum is the number of cases that count. Strata with one class say nothing and are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.probe.resampled import Floats, Ratios
from angiogram.probe.scores import Labels

Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True)
class Strata:
    """The cells (stratum, class) of n cases, of strata in which two classes or more occur.

    Attributes:
        cell: of each case, from 0 to C - 1, `[n]`; -1 in a stratum with one class.
        label: class of each cell, `[C]`.
        stratum: of each cell, numbered from 0, `[C]`.
        occurs: whether a class occurs in a stratum, `[S, K]`.
    """

    cell: NDArray[np.int64]
    label: NDArray[np.int64]
    stratum: NDArray[np.int64]
    occurs: NDArray[np.bool_]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether a case lies in a stratum with two classes or more, `[n]`."""
        return self.cell >= 0

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Cases of each cell, `[C]`."""
        return np.bincount(self.cell[self.inside], minlength=len(self.label))

    @property
    def weights(self) -> Floats:
        """w_s, `[S]`."""
        inverse = np.bincount(self.stratum, 1 / self.sizes, minlength=len(self.occurs))
        return self.occurs.sum(axis=1) ** 2 / inverse

    @property
    def counting(self) -> float:
        """The number of cases that count."""
        return float(self.weights.sum())

    @property
    def majority(self) -> float:
        """Accuracy of naming the most frequent class of each stratum, over the cases inside; NaN without any."""
        if not self.inside.any():
            return float("nan")
        best = np.zeros(len(self.occurs), dtype=np.int64)
        np.maximum.at(best, self.stratum, self.sizes)
        return float(best.sum() / self.inside.sum())


def strata_of(labels: Labels, values: NDArray[np.int64], classes: int) -> Strata:
    """The strata of n cases by the values of a column, both `[n]`, both numbered from 0.

    >>> found = strata_of(np.array([0, 1, 0, 1, 1]), np.array([0, 0, 2, 2, 1]), classes=2)
    >>> found.cell.tolist(), found.counting
    ([0, 1, 2, 3, -1], 4.0)
    """
    counts = np.zeros((int(values.max(initial=-1)) + 1, classes), dtype=np.int64)
    np.add.at(counts, (values, labels), 1)
    mixed = (counts > 0).sum(axis=1) > 1
    number = np.full(counts.shape, -1)
    cells = np.argwhere((counts > 0) & mixed[:, None])
    number[cells[:, 0], cells[:, 1]] = np.arange(len(cells))
    place = np.cumsum(mixed) - 1
    return Strata(number[values, labels], cells[:, 1], place[cells[:, 0]], counts[mixed] > 0)


@dataclass(frozen=True)
class Cells(Ratios):
    """J, moved to 0..1 as `(J + 1) / 2`: a mean of the ratios of cells, each with its own weight.

    Attributes:
        shares: what each cell weighs, `[C]`; 1 in sum.
    """

    shares: Floats

    @property
    def carriers(self) -> float:
        """Number of groups that carry J, as for `Ratios`, each cell's share weighed; at least 2."""
        leverage = ((self.shares * self.wholes / self.wholes.sum(axis=0)) ** 2).sum(axis=1)
        return max(2.0, float(leverage.sum() ** 2 / (leverage**2).sum()))


def summed_within(strata: Strata, labels: Labels, predicted: Labels, groups: NDArray[np.int64]) -> Cells:
    """J of what is named, by group: `2 value - 1`, and so for its resamples.

    Args:
        strata: of the n cases; in one at least two classes occur.
        labels: their classes, `[n]`.
        predicted: classes that are named, `[n]`; negative for none.
        groups: numbered from 0, `[n]`.

    >>> labels, values = np.array([0, 0, 1, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 1])
    >>> strata = strata_of(labels, values, classes=2)
    >>> right, by_value = (summed_within(strata, labels, named, np.arange(6)).value for named in (labels, values))
    >>> 2 * right - 1, 2 * by_value - 1  # what is named by the value alone tells nothing inside strata
    (1.0, 0.0)
    """
    inside = strata.inside
    cell, named = strata.cell[inside], predicted[inside]
    occurring = strata.occurs.sum(axis=1)  # [S]
    stratum = strata.stratum[cell]
    other = (named != labels[inside]) & (named >= 0) & strata.occurs[stratum, named]
    value = (named == labels[inside]).astype(np.float64) - other / (occurring[stratum] - 1)  # -1 to 1
    C = len(strata.label)
    sums = np.zeros((int(groups.max()) + 1, 2, C))
    np.add.at(sums[:, 0], (groups[inside], cell), (value + 1) / 2)
    np.add.at(sums[:, 1], (groups[inside], cell), 1.0)
    weights = strata.weights / strata.counting
    shares = weights[strata.stratum] / occurring[strata.stratum]

    def metric(total: Floats) -> Floats:
        part, whole = np.split(total, 2, axis=-1)
        return (part / whole) @ shares

    extremes = np.repeat([[0.0, 1.0], [1.0, 1.0]], C, axis=1) / C
    return Cells(sums.reshape(len(sums), -1), metric, extremes, sums[:, 1], shares)


def named_by_value(labels: Labels, values: NDArray[np.int64], folds: Folds) -> NDArray[np.int64]:
    """For each tested case the class most frequent among the training cases that share its value, `[N]`.

    Of a value that no training case has, the most frequent class of the training side. Cases that no fold tests: -1.

    >>> one, other = np.array([0, 1, 2]), np.array([3, 4])
    >>> named_by_value(np.array([0, 1, 1, 0, 1]), np.array([5, 6, 6, 6, 7]), [(one, other)]).tolist()
    [-1, -1, -1, 1, 1]
    """
    named = np.full(len(labels), -1)
    for train, test in folds:
        counts = np.zeros((int(values.max()) + 1, int(labels.max()) + 1), dtype=np.int64)
        np.add.at(counts, (values[train], labels[train]), 1)
        most = np.where(counts.any(axis=1), counts.argmax(axis=1), counts.sum(axis=0).argmax())
        named[test] = most[values[test]]
    return named
