"""Referring expression comprehension: where something is, said as a box."""

from angiogram.evaluate.metrics.places import accuracy_at_half, mean_iou
from angiogram.evaluate.read.box import read_place
from angiogram.evaluate.tasks.task import EvaluatedTask

REC = EvaluatedTask(
    task="rec",
    longest=32,
    read=lambda text, finished, entry: read_place(text, finished),
    metrics=lambda: (mean_iou(), accuracy_at_half()),
)
