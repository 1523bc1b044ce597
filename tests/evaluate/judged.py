"""Answers with what is right, made in a line."""

from typing import Any

import numpy as np

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.evaluate.metrics.metric import Judged, Metric
from angiogram.evaluate.tasks.task import evaluated_task
from angiogram.statistics.bootstrap import resample_groups


def judged(task: str, said: str, target: str = "x", number: int = 0, likelihoods: Any = None, **answer: Any) -> Judged:
    """What the task reads from an answer, beside the truth."""
    entry = Entry(f"e{number}", "a.png", task, "What is it?", target, "ours", Answer(**answer), group=f"g{number}")
    reading = evaluated_task(entry.task).read(said, True, entry)
    return Judged(entry, reading, None if likelihoods is None else np.log(np.array(likelihoods)))


def value(metric: Metric, answers: list[Judged]) -> float:
    """The metric, whose resamples must lie around it."""
    estimate = metric.score(answers).estimate(resample_groups(np.arange(len(answers)), count=400))
    interval = estimate.interval()
    assert interval.low <= estimate.value <= interval.high and np.isfinite(estimate.samples).all()
    return estimate.value
