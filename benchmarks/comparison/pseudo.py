"""Pseudo image-centric data: the missing tasks of scattered images, answered by a model that learnt from these."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from angiogram.data.annotations.entry import Entry, frame_of
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.evaluate.opened import Chosen, Opened, opened
from angiogram.evaluate.pseudo.annotate import Filters, PseudoLabel, annotate
from angiogram.evaluate.pseudo.consistency import agree
from angiogram.evaluate.tasks.task import evaluated_task
from comparison.budget import TASKS
from comparison.scores import loaded_from

FATES = ("unread", "unsound", "unsure", "contradicted", "kept")
FILTERS = Filters(default=0.5)
"""Chosen before any run."""


def pseudo_table(model: Path, scattered: Path, truth: Path, images: int, out: Path) -> dict[str, Any]:
    """Write the table, and say of each task what was asked, what was kept, and how much of it is right.

    Args:
        model: folder of the annotator.
        scattered: the table that it learnt from.
        truth: the table of all entries; the questions are its own, their answers hidden from the model.
        images: so many of the scattered table are annotated.
        out: the table of pseudo-labels and of the true entries of these images.
    """
    own, every = opened(scattered, Chosen("train")), opened(truth, Chosen("train"))
    chosen = list(dict.fromkeys(entry.image for entry in own.entries))[:images]
    known = [entry for entry in own.entries if entry.image in chosen]
    asked = missing(known, every.entries)
    loaded = loaded_from(model)
    found = annotate(loaded, asked, lambda name: read_picture(every.images, name), FILTERS, _said)
    kept = [each.entry for each in found if each.fate == "kept" and each.entry is not None]
    write_annotations(Annotations(frame_of([*known, *kept]), every.images, _statements(every)), out)
    return {
        "images": len(chosen),
        "known": len(known),
        "filters": {"names": FILTERS.names, "least": FILTERS.default},
        "tasks": counted(found, {entry.id: entry for entry in asked}),
    }


def missing(known: Sequence[Entry], every: Sequence[Entry]) -> list[Entry]:
    """One entry of each task that an image lacks, the first of those that there are."""
    has = {(entry.image, entry.task) for entry in known}
    images, found = {entry.image for entry in known}, dict[tuple[str | None, str], Entry]()
    for entry in every:
        if entry.image in images and (entry.image, entry.task) not in has:
            found.setdefault((entry.image, entry.task), entry)
    return list(found.values())


def counted(found: Sequence[PseudoLabel], truth: Mapping[str, Entry]) -> dict[str, dict[str, Any]]:
    """By task: questions by what became of them, and how many answers are right, before and behind the filters.

    An answer is right where it agrees with the truth as two annotations must agree (`evaluate.pseudo.consistency`).
    """
    told: dict[str, dict[str, Any]] = {}
    for task in TASKS:
        own = [each for each in found if each.question.task == task]
        if not own:
            continue
        fates = [each.fate for each in own]
        right = [each.entry is not None and is_right(each.entry, truth[each.question.id]) for each in own]
        told[task] = {
            "asked": len(own),
            **{fate: fates.count(fate) for fate in FATES},
            "right": sum(right),
            "right_of_kept": sum(each for each, fate in zip(right, fates, strict=True) if fate == "kept"),
        }
    return told


def is_right(said: Entry, truth: Entry) -> bool:
    """Whether an answer agrees with the truth."""
    task = evaluated_task(truth.task)
    return agree(truth.task, *(task.read(entry.target, True, truth) for entry in (said, truth)))


def _statements(table: Opened) -> tuple[str, ...]:
    return (*table.statements, "Entries whose source is a model's name are that model's answers, not truth.")


def _said(line: str) -> None:
    print(line, flush=True)
