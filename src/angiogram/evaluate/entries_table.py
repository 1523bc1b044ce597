"""entries.parquet: a row for every question, with what was asked, said, read and scored."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from angiogram.answer.asking import asked
from angiogram.evaluate.collect.plan import Plan
from angiogram.evaluate.collect.request import group_of
from angiogram.evaluate.judge.answers import Answered
from angiogram.files import atomic_file

ENTRIES = "entries.parquet"
_SCHEMA = {
    "id": pl.String(),
    "task": pl.String(),
    "condition": pl.String(),
    "group": pl.String(),
    "image": pl.String(),
    "prompt": pl.String(),
    "target": pl.String(),
    "text": pl.String(),
    "finished": pl.Boolean(),
    "status": pl.String(),
    "label": pl.String(),
    "labels": pl.List(pl.String()),
    "box": pl.List(pl.Float64()),
    "value": pl.Float64(),
    "likelihoods": pl.List(pl.Float64()),
    "failure": pl.String(),
}


def write_entries(
    planned: Plan, answers: Sequence[Answered], scores: Mapping[str, Mapping[int, float]], folder: Path
) -> Path:
    """Write the table; `scores` are of each metric, by number of the question.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    rows = [_row(planned, each) for each in answers]
    frame = pl.DataFrame(rows, schema=_SCHEMA).with_columns(
        pl.Series(f"score: {name}", [of.get(each.row) for each in answers], pl.Float64) for name, of in scores.items()
    )
    with atomic_file(folder / ENTRIES) as path:
        frame.write_parquet(path)
    return folder / ENTRIES


def _row(planned: Plan, each: Answered) -> dict[str, Any]:
    request = planned.requests[each.row]
    entry = planned.entries[request.entry]
    reading = None if each.judged is None else each.judged.reading
    likelihoods = None if each.judged is None else each.judged.likelihoods
    return {
        "id": entry.id,
        "task": entry.task,
        "condition": request.condition,
        "group": group_of(entry),
        "image": request.image if planned.shows_picture(each.row) and request.condition != "blind" else None,
        "prompt": asked(entry),
        "target": entry.target,
        "text": None if reading is None else reading.text,
        "finished": each.finished if reading is not None else None,
        "status": None if reading is None else reading.status,
        "label": None if reading is None else reading.label,
        "labels": None if reading is None or reading.labels is None else list(reading.labels),
        "box": None if reading is None or reading.box is None else list(reading.box),
        "value": None if reading is None else reading.value,
        "likelihoods": None if likelihoods is None else likelihoods.tolist(),
        "failure": each.failure,
    }
