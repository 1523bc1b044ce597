"""Scores of answers that name one of several options, by scikit-learn.

A task may ask several questions, each with options of its own: a class is then an option of one set of options, and a
mean over classes runs over those of all sets. An answer that could not be read names no class and is wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.metrics.metric import OURS, Judged, Metric, NotAssessedError
from angiogram.evaluate.metrics.scores import CaseMean, Floats, OfClasses
from angiogram.evaluate.read.options import right_option
from angiogram.probe.resampled import Ratios, ratios, summed_macro_auroc

LIBRARY = "scikit-learn"
UNREAD = "an answer that could not be read is wrong"
Options = tuple[str, ...]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Named:
    """The classes of n answers by number; those of one set of options follow each other.

    Attributes:
        sets: every set of options, and the number of its first class.
        truth: `[n]`.
        said: `[n]`, -1 where none could be read.
    """

    sets: dict[Options, int]
    truth: Labels
    said: Labels

    @property
    def classes(self) -> int:
        """How many there are."""
        return sum(map(len, self.sets))


def named(judged: Sequence[Judged]) -> Named:
    """The classes that are right, and those that were said."""
    sets: dict[Options, int] = {}
    total = 0
    for each in judged:
        if (options := options_of(each)) not in sets:
            sets[options], total = total, total + len(options)
    truth = [_number(sets, each, right_option(each.entry)) for each in judged]
    said = [_number(sets, each, each.reading.label) for each in judged]
    return Named(sets, np.array(truth, dtype=np.int64), np.array(said, dtype=np.int64))


def options_of(judged: Judged) -> Options:
    """All that might have been answered."""
    return judged.entry.answer.options or ()


def accuracy(on: Callable[[Entry], bool] = lambda entry: True, name: str = "accuracy") -> Metric:
    """Share of answers that name the right option."""

    def share(judged: Sequence[Judged]) -> CaseMean:
        found = named(judged)
        return CaseMean((found.truth == found.said).astype(np.float64))

    return Metric(name, OURS, f"share of answers that name the right option; {UNREAD}", share, on)


def likeliest(on: Callable[[Entry], bool] = lambda entry: True) -> Metric:
    """Share of answers in which the right option is the likeliest, whatever was said."""

    def share(judged: Sequence[Judged]) -> CaseMean:
        right = [options_of(each)[int(likelihoods_of(each).argmax())] == right_option(each.entry) for each in judged]
        return CaseMean(np.array(right, dtype=np.float64))

    return Metric(
        "accuracy of the likeliest option",
        OURS,
        "share; of the options' words as the answer, the log-likelihood summed over tokens, not calibrated",
        share,
        on,
    )


def balanced_accuracy() -> Metric:
    """Mean over the classes of the share of their cases that is named right."""
    from sklearn.metrics import recall_score

    def mean(judged: Sequence[Judged]) -> OfClasses:
        found = named(judged)
        present = np.unique(found.truth)
        value = recall_score(found.truth, found.said, labels=present, average="macro")
        return OfClasses(float(value), lambda groups, count: [_hits(found, groups, count, of_said=False)])

    return Metric(
        "balanced accuracy",
        LIBRARY,
        f"recall_score, macro over the classes that are the truth of some case; {UNREAD}",
        mean,
    )


def macro_f1() -> Metric:
    """Mean over the classes of F1."""
    from sklearn.metrics import f1_score

    def mean(judged: Sequence[Judged]) -> OfClasses:
        found = named(judged)
        present = np.unique(np.concatenate([found.truth, found.said[found.said >= 0]]))
        value = f1_score(found.truth, found.said, labels=present, average="macro")
        return OfClasses(float(value), lambda groups, count: [_hits(found, groups, count, of_said=True)])

    return Metric(
        "macro F1",
        LIBRARY,
        f"f1_score, macro over the classes that are the truth or the answer of some case; {UNREAD}",
        mean,
    )


def auroc(on: Callable[[Entry], bool] = lambda entry: True) -> Metric:
    """Mean over the classes of the area under the ROC curve of the options' likelihoods."""
    from sklearn.metrics import roc_auc_score

    def mean(judged: Sequence[Judged]) -> OfClasses:
        found = named(judged)
        areas: list[float] = []
        parts: list[tuple[list[int], Labels, Floats]] = []  # of a set: its answers, their labels, their scores
        for options, first in found.sets.items():
            own = [i for i, each in enumerate(judged) if options_of(each) == options]
            labels = found.truth[own] - first
            scores = softmax(np.array([likelihoods_of(judged[i]) for i in own], dtype=np.float64), axis=1)
            present = np.unique(labels)
            if len(present) > 1:
                areas += [float(roc_auc_score(labels == k, scores[:, k])) for k in present]
                parts.append((own, labels, scores))
        if not areas:
            raise NotAssessedError("an ROC curve needs cases of two options of one question, and there are none")
        shares = [len(np.unique(labels)) / len(areas) for _, labels, _ in parts]

        def summed(groups: NDArray[np.int64], count: int) -> list[Ratios]:
            return [
                over_all_groups(summed_macro_auroc(labels, scores, groups[own]), count) for own, labels, scores in parts
            ]

        return OfClasses(float(np.mean(areas)), summed, shares)

    return Metric(
        "AUROC",
        LIBRARY,
        "roc_auc_score of each option against the rest, mean over the options that are the truth of some case; scores "
        "are the likelihoods of the options' words as the answer, made to add up to 1",
        mean,
        on,
    )


def likelihoods_of(judged: Judged) -> NDArray[np.floating]:
    """Log-likelihood of each option, `[K]`.

    Raises:
        NotAssessedError: the model was not asked for them.
    """
    if judged.likelihoods is None:
        raise NotAssessedError("the likelihoods of the options are not known")
    return judged.likelihoods


def _hits(found: Named, groups: NDArray[np.int64], count: int, *, of_said: bool) -> Ratios:
    """Balanced accuracy, or macro F1 where answers count beside the truth."""
    hits, truth, said = (np.zeros((count, found.classes)) for _ in range(3))
    right, read = found.truth == found.said, found.said >= 0
    np.add.at(hits, (groups[right], found.truth[right]), 1.0)
    np.add.at(truth, (groups, found.truth), 1.0)
    np.add.at(said, (groups[read], found.said[read]), 1.0)
    return ratios(hits, (truth + said) / 2 if of_said else truth)


def over_all_groups(part: Ratios, count: int) -> Ratios:
    """The same over all groups from 0 to `count`: those without a case of this part add nothing."""
    missing = count - len(part.sums)
    sums = np.vstack([part.sums, np.zeros((missing, part.sums.shape[1]))])
    return Ratios(sums, part.metric, part.extremes, np.vstack([part.wholes, np.zeros((missing, part.wholes.shape[1]))]))


def _number(sets: dict[Options, int], judged: Judged, label: str | None) -> int:
    options = options_of(judged)
    return sets[options] + options.index(label) if label in options else -1
