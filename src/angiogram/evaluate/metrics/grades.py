"""Agreement on grades: Cohen's kappa with quadratic weights, by scikit-learn."""

import re
from collections.abc import Sequence

import numpy as np

from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.metrics.classes import LIBRARY, named, options_of
from angiogram.evaluate.metrics.metric import Judged, Metric
from angiogram.evaluate.metrics.scores import Floats, OfSums

_STEPS = (
    ("no", "none", "normal", "absent", "healthy"),
    ("borderline", "minimal", "trace", "questionable"),
    ("mild", "mildly", "slight", "slightly", "small"),
    ("moderate", "moderately", "medium"),
    ("severe", "severely", "marked", "markedly", "large", "massive", "proliferative"),
)
_STEP = {word: step for step, words in enumerate(_STEPS) for word in words}


def are_grades(options: Sequence[str]) -> bool:
    """Whether the options, as they stand, are grades from less to more: by their numbers or by words of severity.

    >>> are_grades(["normal", "mildly enlarged", "severely enlarged"]), are_grades(["grade 1", "grade 2", "grade 3"])
    (True, True)
    >>> are_grades(["severe", "mild", "none"]), are_grades(["liver", "left kidney"])
    (False, False)
    """
    for steps in ([_number(option) for option in options], [_severity(option) for option in options]):
        known = [step for step in steps if step is not None]
        if len(known) == len(options) > 2 and known == sorted(set(known)):
            return True
    return False


def quadratic_kappa() -> Metric:
    """Kappa with quadratic weights, the mean over the questions whose options are grades."""
    from sklearn.metrics import cohen_kappa_score

    def mean(judged: Sequence[Judged]) -> OfSums:
        found = named(judged)
        of = [options_of(each) for each in judged]
        values: list[float] = []
        parts: list[Floats] = []
        for options, first in found.sets.items():
            own = np.flatnonzero([each == options for each in of])
            K = len(options)
            truth, said = found.truth[own] - first, found.said[own] - first
            said = np.where(found.said[own] < 0, np.where(truth < K / 2, K - 1, 0), said)
            values.append(float(cohen_kappa_score(truth, said, labels=np.arange(K), weights="quadratic")))
            part = np.zeros((len(judged), K * K))
            part[own, truth * K + said] = 1.0
            parts.append(part)
        sizes = [len(options) for options in found.sets]
        return OfSums(float(np.mean(values)), np.hstack(parts), lambda sums: _kappas(sums, sizes), least=-1.0)

    return Metric(
        "quadratic kappa",
        LIBRARY,
        "cohen_kappa_score, quadratic weights over the options in their order; an answer that could not be read counts "
        "as the grade furthest from the truth",
        mean,
        on=_has_grades,
    )


def _has_grades(entry: Entry) -> bool:
    return are_grades(entry.answer.options or ())


def _kappas(sums: Floats, sizes: Sequence[int]) -> Floats:
    """Mean of the kappas of confusion counts `[B, sum K^2]`, NaN where one has no spread."""
    edges = np.cumsum([0, *(K * K for K in sizes)])
    found = [_kappa(sums[:, start : start + K * K].reshape(-1, K, K)) for start, K in zip(edges, sizes, strict=False)]
    return np.mean(found, axis=0)


def _kappa(counts: Floats) -> Floats:
    """`1 - sum w o / sum w e`, w the squared distance of the grades, `[B, K, K]` -> `[B]`."""
    K = counts.shape[-1]
    weights = (np.arange(K)[:, None] - np.arange(K)) ** 2
    total = counts.sum(axis=(1, 2))
    expected = counts.sum(axis=2)[:, :, None] * counts.sum(axis=1)[:, None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - (weights * counts).sum(axis=(1, 2)) * total / (weights * expected).sum(axis=(1, 2))


def _number(option: str) -> float | None:
    found = re.findall(r"\d+", option)
    return float(found[0]) if len(found) == 1 else None


def _severity(option: str) -> int | None:
    steps = {_STEP[word] for word in re.findall(r"[a-z]+", option.lower()) if word in _STEP}
    return steps.pop() if len(steps) == 1 else None
