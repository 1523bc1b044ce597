"""One entry of an annotation table: a question about an image, and what is right."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Literal

import polars as pl

from angiogram.data.annotations.schema import SCHEMA
from angiogram.data.annotations.tasks import Task

Side = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class Answer:
    """The truth in a form that can be counted; what a task does not need is None.

    Attributes:
        label: the class (`multi_class`), or the name of what is referred to (`rec`, `reg`).
        labels: the findings that are there (`multi_label`); an empty list says that none is.
        unsure: the findings of which the source does not say whether they are there.
        options: all that may be answered: classes, findings, yes and no. A question with options is closed.
        named: whether the question says its options. Where it is False it is put as it stands; else options that its
            prompt does not name are named behind it.
        box: left, top, right, bottom as shares of the image's width and height, 0 to 1.
        quantity: what is measured, such as "CTR".
        value: the measurement.
        unit: of the value; "ratio" where it has none.
    """

    label: str | None = None
    labels: tuple[str, ...] | None = None
    unsure: tuple[str, ...] | None = None
    options: tuple[str, ...] | None = None
    named: bool | None = None
    box: tuple[float, float, float, float] | None = None
    quantity: str | None = None
    value: float | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Entry:
    """One row.

    Attributes:
        id: unique within its table.
        image: path from the table's image folder, with `/`; `archive.npz#17` is a picture in an archive. None for
            `text_qa` only.
        task: what is asked for.
        prompt: the question, as a person would type it; `<image>` where the image stands, if not in front of all.
        target: the right answer in words.
        source: short name of where the annotation comes from.
        answer: the right answer to be counted.
        group: what must not be divided between splits (the patient); the image itself where it is not known.
        study: of one visit, in which several images were taken.
        licence: of image and annotation.
        confidence: 0 to 1, of annotations that a model or a rule made; None for a person's.
        split: the source's own.
        conversation: which entries are turns of one conversation.
        turn: number in the conversation, from 0.
    """

    id: str
    image: str | None
    task: Task
    prompt: str
    target: str
    source: str
    answer: Answer = field(default_factory=Answer)
    group: str | None = None
    study: str | None = None
    licence: str | None = None
    confidence: float | None = None
    split: Side | None = None
    conversation: str | None = None
    turn: int | None = None


def frame_of(entries: Iterable[Entry]) -> pl.LazyFrame:
    """The entries as rows of the schema.

    >>> one = Entry("a", "a.png", "vqa", "Is there fluid?", "no", "ours", Answer(options=("yes", "no")))
    >>> frame_of([one]).select("id", "task").collect().row(0)
    ('a', 'vqa')
    """
    return pl.LazyFrame([asdict(entry) for entry in entries], schema=SCHEMA)
