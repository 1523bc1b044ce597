"""ROUGE by rouge-score: Lin 2004."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from angiogram.evaluate.metrics.metric import Judged, Metric
from angiogram.evaluate.metrics.scores import CaseMean

KINDS = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}


def rouge(kind: str) -> Metric:
    """The mean F-measure of one kind of `KINDS`."""

    def mean(judged: Sequence[Judged]) -> CaseMean:
        scorer = _scorer(kind)
        found = [scorer.score(each.entry.target, each.reading.said)[kind].fmeasure for each in judged]
        return CaseMean(np.array(found, dtype=np.float64))

    return Metric(
        KINDS[kind],
        "rouge-score",
        "mean over answers of the F-measure, Porter stemmer, the library's own tokeniser (lower case, a-z and 0-9), "
        "one reference",
        mean,
    )


@cache
def _scorer(kind: str) -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([kind], use_stemmer=True)
