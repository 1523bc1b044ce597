"""Which of several findings are there."""

from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.metrics.labels import all_right, labels_auroc, macro_labels_f1, micro_f1
from angiogram.evaluate.read.findings import read_findings
from angiogram.evaluate.read.reading import Reading
from angiogram.evaluate.tasks.task import EvaluatedTask


def _read(text: str, finished: bool, entry: Entry) -> Reading:
    return read_findings(text, finished, entry.answer.options or ())


MULTI_LABEL = EvaluatedTask(
    task="multi_label",
    longest=96,
    read=_read,
    metrics=lambda: (micro_f1(), macro_labels_f1(), all_right(), labels_auroc()),
    scored=True,
)
