"""Are the class names swapped? The likeliest name, read as the class for which it stands on the training side. [own]

Swapped words and a connector that the language model cannot read both leave a last token that knows the class and an
answer that does not. But where only the words are swapped, each wrong name stands for one class.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from angiogram.answer.calibrate import calibrated
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.read.answers import CHOSEN
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.repair.remedies.judged import Judge
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.probe.evaluate import Folds

REMEDY = "renamed classes"


def renamed_classes(log_likelihoods: NDArray[np.floating], material: Material, found: Assessed, judge: Judge) -> Tried:
    """The constrained answer with its names exchanged one for one; `log_likelihoods` are `[N, K]`."""
    labels, folds = material.examined.cases.labels, material.splits.pairs
    after = renamed(log_likelihoods, labels, folds)[found.evaluated]
    return judge(
        REMEDY,
        ("mapping",),
        "Each class name was read as the class for which it stands most often on the training side, each as another.",
        before=found.answering.constrained == found.truth,
        after=after == found.truth,
        compared=f"the answer by likelihood (S, {CHOSEN})",
        cost="no further pass",
    )


def renamed(log_likelihoods: NDArray[np.floating], labels: NDArray[np.int64], folds: Folds) -> NDArray[np.int64]:
    """The class for which the likeliest name stands, `[N]`; -1 in rows that no fold tests.

    The exchange is the one-to-one assignment with the most training cases right.

    >>> L = np.log(np.array([[0.9, 0.1], [0.2, 0.8]] * 4))
    >>> renamed(L, np.array([1, 0] * 4), [(np.arange(6), np.arange(6, 8))])[6:].tolist()
    [1, 0]
    """
    K = log_likelihoods.shape[1]
    read = np.full(len(labels), -1, dtype=np.int64)
    for train, test in folds:
        said = calibrated(log_likelihoods, [(train, train)])[train].argmax(axis=1)
        together = np.zeros((K, K), dtype=np.int64)
        np.add.at(together, (said, labels[train]), 1)
        _, stands_for = linear_sum_assignment(together, maximize=True)
        read[test] = stands_for[calibrated(log_likelihoods, [(train, test)])[test].argmax(axis=1)]
    return read
