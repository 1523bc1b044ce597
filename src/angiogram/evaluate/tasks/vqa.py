"""A question about an image, with options or without."""

from angiogram.evaluate.metrics.bleu import sentence_bleu
from angiogram.evaluate.metrics.classes import accuracy, auroc, likeliest
from angiogram.evaluate.metrics.overlap import exact_match_metric, token_f1_metric, token_recall_metric
from angiogram.evaluate.tasks.closed import is_closed, is_open, read, unsound
from angiogram.evaluate.tasks.task import EvaluatedTask

VQA = EvaluatedTask(
    task="vqa",
    longest=48,
    read=read,
    metrics=lambda: (
        accuracy(is_closed, "closed: accuracy"),
        exact_match_metric(is_closed, "closed: exact match"),
        auroc(is_closed),
        likeliest(is_closed),
        exact_match_metric(is_open, "open: exact match"),
        sentence_bleu(1, is_open),
        token_f1_metric(is_open),
        token_recall_metric(is_open),
    ),
    unsound=unsound,
    scored=True,
)
