"""What predictions are worth: accuracy, balanced accuracy, macro F1 and AUROC, calibration, skill above chance."""

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


def macro_f1(labels: Labels, predicted: Labels) -> float:
    """Mean of `2 tp / (2 tp + fp + fn)` over the classes that occur as a label or a prediction, as in scikit-learn.

    >>> macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])).__round__(4)
    0.7333
    """
    K = int(max(labels.max(), predicted.max())) + 1
    hits = np.bincount(labels[labels == predicted], minlength=K)
    both = np.bincount(labels, minlength=K) + np.bincount(predicted, minlength=K)  # 2 tp + fp + fn
    return float(np.mean(2 * hits[both > 0] / both[both > 0]))


def calibration_gaps(
    labels: Labels, probabilities: NDArray[np.floating], bins: int = 15
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What the expected calibration error sums up: the bin of each case and its gap, `[n]` each.

    The gap is confidence minus correctness (1 or 0), the confidence the largest of the probabilities `[n, K]`; the bins
    have equal widths between 0 and 1, closed above. The error of any resample is
    `sum_bins |sum of the gaps in it| / n`, so that sums by group and bin are all that an interval needs.
    """
    confidence = probabilities.max(axis=1)
    bin_of = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    return bin_of, confidence - (probabilities.argmax(axis=1) == labels)


def expected_calibration_error(labels: Labels, probabilities: NDArray[np.floating], bins: int = 15) -> float:
    """Mean distance between confidence and accuracy over equal-width bins (Guo et al. 2017, arXiv 1706.04599, eq. 3).

    >>> expected_calibration_error(np.array([0, 0, 1, 1]), np.array([[0.75, 0.25]] * 4)).__round__(3)
    0.25
    """
    bin_of, gap = calibration_gaps(labels, probabilities, bins)
    return float(np.abs(np.bincount(bin_of, gap, minlength=bins)).sum() / len(labels))


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
