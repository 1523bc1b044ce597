"""All entries of one radiograph."""

from collections.abc import Iterator

from angiogram.data.annotations.entry import Entry
from angiogram.data.radiographs.tasks.calculation import calculations
from angiogram.data.radiographs.tasks.classes import classes, labels
from angiogram.data.radiographs.tasks.questions import questions
from angiogram.data.radiographs.tasks.referring import referring
from angiogram.data.radiographs.tasks.report import reports
from angiogram.data.radiographs.tasks.subject import Subject


def entries_of(subject: Subject) -> Iterator[Entry]:
    """All seven tasks; nothing is calculated or graded in lateral views, nor where heart or chest wall are cut off."""
    for task in (calculations, reports, classes, labels, referring, questions):
        yield from task(subject)
