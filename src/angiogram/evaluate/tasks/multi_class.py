"""One of several classes or grades."""

from angiogram.evaluate.metrics.classes import accuracy, auroc, balanced_accuracy, likeliest, macro_f1
from angiogram.evaluate.metrics.grades import quadratic_kappa
from angiogram.evaluate.tasks.closed import read, unsound
from angiogram.evaluate.tasks.task import EvaluatedTask

MULTI_CLASS = EvaluatedTask(
    task="multi_class",
    longest=64,
    read=read,
    metrics=lambda: (accuracy(), balanced_accuracy(), macro_f1(), auroc(), likeliest(), quadratic_kappa()),
    unsound=unsound,
    scored=True,
)
