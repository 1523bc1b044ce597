"""A question without an image."""

from angiogram.evaluate.metrics.classes import accuracy
from angiogram.evaluate.metrics.overlap import exact_match_metric
from angiogram.evaluate.tasks.closed import is_closed, is_open, read, unsound
from angiogram.evaluate.tasks.task import EvaluatedTask

TEXT_QA = EvaluatedTask(
    task="text_qa",
    longest=48,
    read=read,
    metrics=lambda: (accuracy(is_closed), exact_match_metric(is_open)),
    unsound=unsound,
    scored=True,
)
