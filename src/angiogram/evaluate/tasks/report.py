"""A whole report in free words."""

from angiogram.evaluate.metrics.bleu import bleu
from angiogram.evaluate.metrics.meteor import meteor
from angiogram.evaluate.metrics.rouge import KINDS, rouge
from angiogram.evaluate.read.reading import as_it_stands
from angiogram.evaluate.tasks.task import EvaluatedTask

REPORT = EvaluatedTask(
    task="report",
    longest=256,
    read=lambda text, finished, entry: as_it_stands(text),
    metrics=lambda: (*(bleu(order) for order in (1, 2, 3, 4)), *(rouge(kind) for kind in KINDS), meteor()),
)
