"""Scores of answers that say which of several findings are there, by scikit-learn.

A finding that the source calls unsure is judged in no way. Of an answer that could not be read every finding is wrong.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.evaluate.metrics.classes import LIBRARY
from angiogram.evaluate.metrics.metric import OURS, Judged, Metric, NotAssessedError
from angiogram.evaluate.metrics.scores import CaseMean, OfClasses, Score
from angiogram.probe.resampled import Ratios, ratios

_UNSURE = "findings that the source is unsure of are left out; of an answer that could not be read all are wrong"
_NOTHING = "no finding is there, and none is said to be"
_UNLIKELY = (
    "it needs a likelihood of each finding, and so a question for each; ask for one finding at a time, as closed vqa, "
    "to have it"
)


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
    """Never assessed; says why."""

    def score(judged: Sequence[Judged]) -> Score:
        raise NotAssessedError(_UNLIKELY)

    return Metric("AUROC", LIBRARY, "roc_auc_score of each finding, mean", score)


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
