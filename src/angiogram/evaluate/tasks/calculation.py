"""A measurement, such as the cardiothoracic ratio: a number with its unit."""

from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.metrics.errors import mean_absolute_error, relative_error, within_tolerance
from angiogram.evaluate.read.number import RATIO, read_number
from angiogram.evaluate.read.reading import Reading
from angiogram.evaluate.tasks.task import EvaluatedTask


def _read(text: str, finished: bool, entry: Entry) -> Reading:
    return read_number(text, finished, entry.answer.unit or RATIO)


CALCULATION = EvaluatedTask(
    task="calculation",
    longest=32,
    read=_read,
    metrics=lambda: (mean_absolute_error(), relative_error(), within_tolerance()),
)
