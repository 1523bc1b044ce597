"""Referring expression generation: what stands in a box, in free words."""

from collections.abc import Sequence
from dataclasses import replace

from angiogram.answer.parse import parse_answer
from angiogram.data.annotations.entry import Entry
from angiogram.data.class_words import one_word_each
from angiogram.evaluate.metrics.bleu import bleu
from angiogram.evaluate.metrics.classes import accuracy
from angiogram.evaluate.metrics.overlap import token_f1_metric
from angiogram.evaluate.read.reading import Reading, as_it_stands
from angiogram.evaluate.tasks.task import EvaluatedTask


def _read(text: str, finished: bool, entry: Entry) -> Reading:
    """The words, and the one name in them that stands for something of these images."""
    reading = as_it_stands(text)
    options = entry.answer.options or ()
    parsed = parse_answer(text, one_word_each(options), finished)
    return reading if parsed.label is None or not reading.is_read else replace(reading, label=options[parsed.label])


def _resolved(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Names that an entry does not list are those of all entries."""
    names = tuple(sorted({entry.answer.label for entry in entries if entry.answer.label}))
    named = (replace(entry.answer, options=entry.answer.options or names) for entry in entries)
    return [replace(entry, answer=answer) for entry, answer in zip(entries, named, strict=True)]


REG = EvaluatedTask(
    task="reg",
    longest=48,
    read=_read,
    metrics=lambda: (bleu(1), token_f1_metric(), accuracy(lambda entry: bool(entry.answer.label), "label accuracy")),
    resolved=_resolved,
)
