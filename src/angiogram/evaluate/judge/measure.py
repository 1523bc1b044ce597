"""One metric in every condition, with intervals and what the image brought."""

from collections.abc import Mapping, Sequence

import numpy as np

from angiogram.evaluate.collect.request import group_of
from angiogram.evaluate.metrics.metric import Judged, Metric, NotAssessedError, Score
from angiogram.evaluate.metrics.scores import OfSums, difference
from angiogram.evaluate.result import MetricResult
from angiogram.evaluate.terms import CONTROLS, Condition
from angiogram.statistics.bootstrap import Estimate, Resamples, resample_groups
from angiogram.statistics.interval import Interval

Answers = Mapping[int, Judged]
"""By number of the entry."""


class Draws:
    """Resamples of the groups of some entries, drawn once for each set of entries."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed, self._count = seed, count
        self._drawn: dict[tuple[int, ...], Resamples | None] = {}

    def of(self, entries: Sequence[int], groups: Sequence[str]) -> Resamples | None:
        """Of these entries with their groups; None where all are of one."""
        key = tuple(entries)
        if key not in self._drawn:
            _, number = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
            several = number.max(initial=0) > 0
            self._drawn[key] = resample_groups(number.astype(np.int64), self._seed, self._count) if several else None
        return self._drawn[key]


def measured(metric: Metric, answers: Mapping[Condition, Answers], draws: Draws) -> MetricResult | None:
    """The metric over a task's answers; None where it is for none of the entries.

    A control is compared over the entries that were answered with the real image, too.
    """
    real = {number: each for number, each in answers["real"].items() if metric.on(each.entry)}
    if not real:
        return None
    found: dict[str, Interval | None] = dict.fromkeys(("blind", "other", "real_minus_blind", "real_minus_other"))
    try:
        first = metric.score(list(real.values()))
        value = _interval(first, real, draws)
        for condition in CONTROLS:
            if condition in answers:
                found |= _against(metric, condition, real, answers[condition], draws)
    except NotAssessedError as error:
        return _result(metric, len(real), None, dict.fromkeys(found), str(error).removesuffix("."))
    return _result(metric, len(_counted(first, real)), value, found, None)


def _against(
    metric: Metric, condition: Condition, real: Answers, control: Answers, draws: Draws
) -> dict[str, Interval | None]:
    """The metric in a control, and its difference to the real one over the entries of both."""
    both = [number for number in real if number in control]
    if not both:
        return {}
    try:
        second = metric.score([control[number] for number in both])
        first = metric.score([real[number] for number in both])
    except NotAssessedError:
        return {}
    own = _interval(second, {number: control[number] for number in both}, draws)
    return {condition: own, f"real_minus_{condition}": _difference(metric, real, control, (first, second), draws)}


def _difference(
    metric: Metric, real: Answers, control: Answers, scores: tuple[Score, Score], draws: Draws
) -> Interval | None:
    """Real minus control, over the entries that count in both."""
    both = [number for number in real if number in control]
    counted = [
        {id(each) for each in _counted(score, {number: answers[number] for number in both})}
        for score, answers in zip(scores, (real, control), strict=True)
    ]
    paired = [number for number in both if id(real[number]) in counted[0] and id(control[number]) in counted[1]]
    shared = {number: real[number] for number in paired}
    resamples = _resamples(shared, draws) if paired else None
    if resamples is None:
        return None
    first, second = (metric.score([answers[number] for number in paired]) for answers in (real, control))
    return difference(first, second, resamples).interval()


def _interval(score: Score, answers: Answers, draws: Draws) -> Interval:
    resamples = _resamples(answers, draws)
    if resamples is not None and len({group_of(each.entry) for each in _counted(score, answers)}) > 1:
        return score.estimate(resamples).interval()
    alone: Estimate = score.estimate(Resamples(np.zeros(len(answers), dtype=np.int64), np.ones((1, 3))))
    return Interval(alone.value, np.nan, np.nan)


def _counted(score: Score, answers: Answers) -> list[Judged]:
    """The answers that a score is over: all, but for one over numbers that could be read."""
    if isinstance(score, OfSums) and score.values is not None:
        return [each for each, known in zip(answers.values(), np.isfinite(score.values), strict=True) if known]
    return list(answers.values())


def _resamples(answers: Answers, draws: Draws) -> Resamples | None:
    return draws.of(list(answers), [group_of(each.entry) for each in answers.values()])


def _result(
    metric: Metric, cases: int, real: Interval | None, controls: Mapping[str, Interval | None], reason: str | None
) -> MetricResult:
    return MetricResult(
        name=metric.name,
        library=metric.library,
        version=metric.version,
        variant=metric.variant,
        better=metric.better,
        cases=cases,
        real=real,
        blind=controls["blind"],
        other=controls["other"],
        real_minus_blind=controls["real_minus_blind"],
        real_minus_other=controls["real_minus_other"],
        not_assessed=reason,
    )
