"""How far a said number is from the true one."""

from collections.abc import Callable, Sequence

import numpy as np

from angiogram.evaluate.metrics.metric import OURS, Judged, Metric, NotAssessedError
from angiogram.evaluate.metrics.scores import CaseMean, Floats, OfSums

TOLERANCE = 0.1
"""Of the true value."""
_READ = "over the answers in which a number could be read"


def mean_absolute_error() -> Metric:
    """Mean of the distances, in the unit of the quantity."""
    variant = f"mean absolute error, in the quantity's unit, {_READ}"
    return Metric("MAE", OURS, variant, lambda judged: _mean(judged, _distance), better="lower")


def relative_error() -> Metric:
    """Mean of the distances as shares of the true value."""
    variant = f"mean of |said - true| / |true|, {_READ}"
    return Metric("relative error", OURS, variant, lambda judged: _mean(judged, _relative), better="lower")


def within_tolerance() -> Metric:
    """Share of numbers near enough."""
    return Metric(
        "share within 10 %",
        OURS,
        f"share of answers with |said - true| of at most {TOLERANCE} |true|; an answer without a number is outside",
        lambda judged: CaseMean(np.array([float(_relative(each) <= TOLERANCE + 1e-9) for each in judged])),
    )


def _distance(judged: Judged) -> float:
    said, true = judged.reading.value, judged.entry.answer.value
    return abs(said - true) if said is not None and true is not None else np.nan


def _relative(judged: Judged) -> float:
    distance, true = _distance(judged), judged.entry.answer.value
    return distance / abs(true) if true else (0.0 if distance == 0 else np.nan)


def _mean(judged: Sequence[Judged], error: Callable[[Judged], float]) -> OfSums:
    units = {each.entry.answer.unit for each in judged}
    if len(units) > 1 and error is _distance:
        raise NotAssessedError(f"the quantities have several units: {', '.join(sorted(map(str, units)))}")
    errors: Floats = np.array([error(each) for each in judged])
    known = np.isfinite(errors)
    if not known.any():
        raise NotAssessedError("no number could be read from any answer")
    parts = np.stack([np.where(known, errors, 0.0), known], axis=1)
    return OfSums(float(errors[known].mean()), parts, _ratio, 0.0, np.inf, errors)


def _ratio(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums[:, 0] / sums[:, 1]
