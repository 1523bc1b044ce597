"""Entries for a reader to look at: spread over the scores, with pictures."""

from collections.abc import Mapping

import numpy as np

from angiogram.answer.asking import asked
from angiogram.data.annotations.boxes import spoken
from angiogram.data.annotations.entry import Entry
from angiogram.data.shown import Pictures, is_shown
from angiogram.errors import InputError
from angiogram.evaluate.collect.plan import ReadImage
from angiogram.evaluate.metrics.metric import Judged
from angiogram.evaluate.read.reading import Reading
from angiogram.evaluate.result import EvaluatedExample, Said
from angiogram.evaluate.terms import Condition
from angiogram.imaging.embedded import base64_png

MOST = 12
SIDE = 160


def examples(
    answers: Mapping[Condition, Mapping[int, Judged]],
    scores: Mapping[int, float],
    read: ReadImage,
    pictures: Pictures,
) -> tuple[EvaluatedExample, ...]:
    """At most twelve entries, from the worst score to the best in even steps, each of another image where possible.

    Args:
        answers: of each condition, by number of the entry.
        scores: of answers to the real image.
        read: reads the picture of this name.
        pictures: which are shown.
    """
    real = answers["real"]
    order = sorted(real, key=lambda number: (scores.get(number, 0.0), number))
    chosen = [order[place] for place in np.linspace(0, len(order) - 1, min(4 * MOST, len(order))).round().astype(int)]
    once = {real[number].entry.image or number: number for number in reversed(chosen)}
    distinct = [number for number in chosen if number in set(once.values())]
    steps = np.linspace(0, len(distinct) - 1, min(MOST, len(distinct))).round().astype(int)
    return tuple(
        _example(
            real[number].entry,
            {condition: each[number].reading for condition, each in answers.items() if number in each},
            scores.get(number),
            read,
            pictures,
        )
        for number in (distinct[step] for step in steps)
    )


def in_words(reading: Reading) -> str | None:
    """What was read, in words; None where nothing was.

    >>> in_words(Reading("[1, 2, 3, 4].", "mention", box=(0.01, 0.02, 0.03, 0.04)))
    '[1, 2, 3, 4]'
    """
    if not reading.is_read:
        return None
    if reading.box is not None:
        return spoken(reading.box)
    if reading.labels is not None:
        return ", ".join(reading.labels) or "none"
    if reading.value is not None:
        return f"{reading.value:g}"
    return reading.label or reading.text


def _example(
    entry: Entry, said: Mapping[Condition, Reading], score: float | None, read: ReadImage, pictures: Pictures
) -> EvaluatedExample:
    return EvaluatedExample(
        id=entry.id,
        prompt=asked(entry),
        target=entry.target,
        box=entry.answer.box,
        thumbnail="" if entry.image is None else _thumbnail(entry.image, read, pictures),
        said=tuple(
            Said(condition, reading.text, reading.status, in_words(reading), reading.box)
            for condition, reading in said.items()
        ),
        score=score,
    )


def _thumbnail(name: str, read: ReadImage, pictures: Pictures) -> str:
    """PNG, base64, at most `SIDE` pixels a side; empty where the picture is not shown."""
    try:
        image = read(name)
    except InputError:  # it vanished since
        return ""
    if not is_shown(image, pictures):
        return ""
    return base64_png(image, SIDE)
