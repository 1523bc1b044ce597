"""An entry without its truth, and a question with an answer."""

from dataclasses import replace

from angiogram.data.annotations.boxes import spoken
from angiogram.data.annotations.entry import Answer, Entry
from angiogram.evaluate.read.reading import Reading

NONE = "none"  # said where no finding is there


def hidden(entry: Entry) -> Entry:
    """The question of an entry: what is right is gone, what belongs to the question stays.

    >>> from angiogram.data.annotations.entry import Answer
    >>> closed = Answer(label="no", options=("yes", "no"), named=False)
    >>> question = hidden(Entry("a", "a.png", "vqa", "Is there fluid?", "no", "ours", closed))
    >>> question.target, question.answer.label, question.answer.options, question.answer.named
    ('', None, ('yes', 'no'), False)
    """
    known = entry.answer
    asked = Answer(
        options=known.options,
        named=known.named,
        quantity=known.quantity,
        unit=known.unit,
        label=known.label if entry.task == "rec" else None,  # what is to be found
        box=known.box if entry.task == "reg" else None,  # where it is to be told what it is
    )
    return replace(entry, target="", answer=asked, confidence=None)


def answered(question: Entry, reading: Reading, confidence: float, source: str) -> Entry:
    """The entry that a question is with what was read from an answer to it.

    Args:
        question: as `hidden` gives it.
        reading: of the answer, of which something could be read.
        confidence: 0 to 1.
        source: who answered.
    """
    target, answer = reading.text.strip(), question.answer
    if reading.value is not None:
        target, answer = f"{reading.value:g}", replace(answer, value=reading.value)
    elif reading.box is not None:
        target, answer = spoken(reading.box), replace(answer, box=reading.box)
    elif reading.labels is not None:
        target, answer = ", ".join(reading.labels) or NONE, replace(answer, labels=reading.labels)
    elif reading.label is not None and answer.options:
        target, answer = reading.label, replace(answer, label=reading.label)
    return replace(question, target=target, answer=answer, confidence=confidence, source=source)
