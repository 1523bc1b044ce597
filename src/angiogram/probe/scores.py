"""What predictions are worth: accuracy, balanced accuracy, macro AUROC, and skill above the majority class."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from angiogram.errors import InputError

Labels = NDArray[np.int64]


def accuracy(labels: Labels, predicted: Labels) -> float:
    """Share of cases predicted right; labels and predictions `[n]`.

    >>> accuracy(np.array([0, 0, 1]), np.array([0, 1, 1])).__round__(3)
    0.667
    """
    return float(np.mean(labels == predicted))


def balanced_accuracy(labels: Labels, predicted: Labels) -> float:
    """Mean over the classes present of the share of their cases predicted right.

    >>> balanced_accuracy(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0]))
    0.5
    """
    present = np.flatnonzero(np.bincount(labels))
    return float(np.mean([np.mean(predicted[labels == k] == k) for k in present]))


def macro_auroc(labels: Labels, scores: NDArray[np.floating]) -> float:
    """Mean over classes of the area under the ROC curve of one class against the rest; scores `[n, K]`.

    The rank form of Mann and Whitney, ties counted half; equal to scikit-learn's `roc_auc_score`, class by class.
    Classes without cases (or with all of them) have no area and are left out. Scores of several folds are ranked
    together although each fold has its own probe, so the area of a cross-validation is slightly too low.

    Raises:
        InputError: fewer than two classes among the labels.

    >>> macro_auroc(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]]))
    1.0
    """
    n, K = scores.shape
    positives = np.bincount(labels, minlength=K)[:K]
    present = np.flatnonzero((positives > 0) & (positives < n))
    if len(present) < 2:
        raise InputError("An ROC curve needs cases of at least two classes.")
    ranks = rankdata(scores[:, present], axis=0)  # [n, K']
    own = labels[:, None] == present  # [n, K']
    p = positives[present]
    area = ((ranks * own).sum(axis=0) - p * (p + 1) / 2) / (p * (n - p))
    return float(area.mean())


def majority(labels: Labels) -> float:
    """Accuracy of always naming the most frequent class of these very cases, the strictest constant guess.

    >>> majority(np.array([0, 0, 1, 2]))
    0.5
    """
    return float(np.bincount(labels).max() / len(labels))


def skill(accuracy: float, chance: float) -> float:
    """`(a - c) / (1 - c)`: 0 at the constant guess c, 1 when all is right, negative below the guess [own].

    Raises:
        InputError: c is 1, so that there is nothing to be read.

    >>> skill(0.75, 0.5)
    0.5
    """
    if not 0.0 <= chance < 1.0:
        raise InputError(
            f"Skill needs cases of at least two classes; a constant guess is right in {chance:.0%} of these."
        )
    return (accuracy - chance) / (1.0 - chance)
