"""What an evaluated task is, and which there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from angiogram.data.annotations.entry import Entry
from angiogram.data.annotations.tasks import Task
from angiogram.evaluate.metrics.metric import Metric
from angiogram.evaluate.read.reading import Reading
from angiogram.registry import registered

_REGISTERED = {
    "calculation": "angiogram.evaluate.tasks.calculation:CALCULATION",
    "report": "angiogram.evaluate.tasks.report:REPORT",
    "multi_class": "angiogram.evaluate.tasks.multi_class:MULTI_CLASS",
    "multi_label": "angiogram.evaluate.tasks.multi_label:MULTI_LABEL",
    "rec": "angiogram.evaluate.tasks.rec:REC",
    "reg": "angiogram.evaluate.tasks.reg:REG",
    "vqa": "angiogram.evaluate.tasks.vqa:VQA",
    "text_qa": "angiogram.evaluate.tasks.text_qa:TEXT_QA",
}


@dataclass(frozen=True)
class EvaluatedTask:
    """One task.

    Attributes:
        task: its name in a table.
        longest: tokens after which an answer is cut off.
        read: what an answer says: from the words, whether the model ended them itself, and the entry.
        metrics: what it is scored by.
        unsound: why an entry cannot be judged, a sentence without its full stop; None where it can.
        scored: whether the options' likelihoods are asked for as well.
        resolved: the entries with what only all of them together say.
    """

    task: Task
    longest: int
    read: Callable[[str, bool, Entry], Reading]
    metrics: Callable[[], tuple[Metric, ...]]
    unsound: Callable[[Entry], str | None] = lambda entry: None
    scored: bool = False
    resolved: Callable[[Sequence[Entry]], Sequence[Entry]] = lambda entries: entries


def evaluated_task(task: Task) -> EvaluatedTask:
    """How a task is evaluated."""
    return cast(EvaluatedTask, registered("task", task, _REGISTERED))
