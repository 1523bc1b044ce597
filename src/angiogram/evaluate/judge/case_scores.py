"""The scores of single answers, by the metrics that are a mean of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from angiogram.evaluate.metrics.metric import Judged, Metric, NotAssessedError
from angiogram.evaluate.metrics.scores import CaseMean, OfSums


def case_scores(metrics: Sequence[Metric], answers: Mapping[int, Judged]) -> dict[str, dict[int, float]]:
    """Of each metric that scores single answers: by number of the row, its score."""
    found: dict[str, dict[int, float]] = {}
    for metric in metrics:
        rows = [row for row, each in answers.items() if metric.on(each.entry)]
        if not rows:
            continue
        judged = [answers[row] for row in rows]
        try:
            score = metric.score(judged)
        except NotAssessedError:
            continue
        if isinstance(score, CaseMean | OfSums) and score.values is not None:
            known = zip(rows, score.values.tolist(), strict=True)
            found[metric.name] = {row: value for row, value in known if np.isfinite(value)}
    return found
