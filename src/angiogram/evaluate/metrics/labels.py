"""Scores of answers that say which of several findings are there, by scikit-learn.

A finding that the source calls unsure is judged in no way. Of an answer that could not be read every finding is wrong.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.evaluate.metrics.classes import LIBRARY, Labels, likelihoods_of, options_of, over_all_groups
from angiogram.evaluate.metrics.metric import OURS, Judged, Metric, NotAssessedError
from angiogram.evaluate.metrics.scores import CaseMean, Floats, OfClasses
from angiogram.probe.resampled import Ratios, ratios, summed_macro_auroc

_UNSURE = "findings that the source is unsure of are left out; of an answer that could not be read all are wrong"
_NOTHING = "no finding is there, and none is said to be"


def micro_f1() -> Metric:
    """F1 over all findings together."""
    from sklearn.metrics import f1_score

    def score(judged: Sequence[Judged]) -> OfClasses:
        _, truth, said, known = told(judged)
        if not ((truth | said) & known).any():
            raise NotAssessedError(_NOTHING)
        value = f1_score(truth[known], said[known])

        def summed(groups: NDArray[np.int64], count: int) -> list[Ratios]:
            hits, wholes = _counts(truth, said, known, groups, count)
            return [ratios(hits.sum(axis=1, keepdims=True), wholes.sum(axis=1, keepdims=True))]

        return OfClasses(float(value), summed)

    return Metric("micro F1", LIBRARY, f"f1_score over all pairs of entry and finding; {_UNSURE}", score)


def macro_labels_f1() -> Metric:
    """Mean over the findings of F1."""
    from sklearn.metrics import f1_score

    def score(judged: Sequence[Judged]) -> OfClasses:
        _, truth, said, known = told(judged)
        occur = np.flatnonzero(((truth | said) & known).any(axis=0))
        if not len(occur):
            raise NotAssessedError(_NOTHING)
        values = [f1_score(truth[known[:, k], k], said[known[:, k], k]) for k in occur]
        return OfClasses(
            float(np.mean(values)), lambda groups, count: [ratios(*_counts(truth, said, known, groups, count))]
        )

    return Metric(
        "macro F1",
        LIBRARY,
        f"f1_score of each finding that is there or said to be in some case, mean; {_UNSURE}",
        score,
    )


def all_right() -> Metric:
    """Share of answers in which every finding is right."""

    def score(judged: Sequence[Judged]) -> CaseMean:
        _, truth, said, known = told(judged)
        read = np.array([each.reading.is_read for each in judged])
        return CaseMean((((truth == said) | ~known).all(axis=1) & read).astype(np.float64))

    variant = "share of answers; findings that the source is unsure of are left out; an unread answer is wrong"
    return Metric("all findings right", OURS, variant, score)


def labels_auroc() -> Metric:
    """Mean over the findings of the area under the ROC curve of their likelihoods."""
    from sklearn.metrics import roc_auc_score

    def mean(judged: Sequence[Judged]) -> OfClasses:
        findings, truth, _, known = told(judged)
        scores = _likelihoods_of(findings, judged)
        areas: list[float] = []
        parts: list[tuple[NDArray[np.int64], Labels, Floats]] = []  # of a finding: its answers, whether there, scores
        for k in range(len(findings)):
            own = np.flatnonzero(known[:, k])
            there = truth[own, k]
            if there.any() and not there.all():
                areas.append(float(roc_auc_score(there, scores[own, k])))
                parts.append((own, there.astype(np.int64), scores[own, k]))
        if not areas:
            raise NotAssessedError("an ROC curve needs cases with a finding and cases without, and there are none")

        def summed(groups: NDArray[np.int64], count: int) -> list[Ratios]:
            return [
                over_all_groups(summed_macro_auroc(there, np.stack([-each, each], axis=1), groups[own]), count)
                for own, there, each in parts
            ]

        return OfClasses(float(np.mean(areas)), summed, [1 / len(areas)] * len(areas))

    return Metric(
        "AUROC",
        LIBRARY,
        "roc_auc_score of each finding that is there in some cases and not in others, mean; the score of a case is the "
        "log-likelihood that the answer begins with the finding's words, summed over tokens; findings that the source "
        "is unsure of are left out",
        mean,
    )


def _likelihoods_of(findings: Sequence[str], judged: Sequence[Judged]) -> Floats:
    """Of each answer and finding, `[n, K]`; NaN where the finding is no option."""
    scores = np.full((len(judged), len(findings)), np.nan)
    place = {finding: k for k, finding in enumerate(findings)}
    for row, each in enumerate(judged):
        scores[row, [place[name] for name in options_of(each)]] = likelihoods_of(each)
    return scores


Told = tuple[list[str], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]


def told(judged: Sequence[Judged]) -> Told:
    """All findings K, and `[n, K]` each: whether one is there, is said to be, and may be judged."""
    findings = list(dict.fromkeys(option for each in judged for option in each.entry.answer.options or ()))
    place = {finding: k for k, finding in enumerate(findings)}
    truth, said, known = (np.zeros((len(judged), len(findings)), dtype=np.bool_) for _ in range(3))
    for row, each in enumerate(judged):
        answer = each.entry.answer
        known[row, [place[name] for name in answer.options or ()]] = True
        known[row, [place[name] for name in answer.unsure or ()]] = False
        truth[row, [place[name] for name in answer.labels or ()]] = True
        said[row, [place[name] for name in each.reading.labels or ()]] = True
        if not each.reading.is_read:
            said[row] = ~truth[row]
    return findings, truth, said, known


def _counts(
    truth: NDArray[np.bool_], said: NDArray[np.bool_], known: NDArray[np.bool_], groups: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hits, and the mean of truths and answers, of each group and finding, `[G, K]` each."""
    hits, wholes = (np.zeros((count, truth.shape[1])) for _ in range(2))
    np.add.at(hits, groups, (truth & said & known).astype(np.float64))
    np.add.at(wholes, groups, ((truth & known).astype(np.float64) + (said & known)) / 2)
    return hits, wholes
