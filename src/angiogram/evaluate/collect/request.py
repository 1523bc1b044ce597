"""One question to the model: an entry in a condition."""

from collections.abc import Sequence
from dataclasses import dataclass

from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.collect.donors import donors
from angiogram.evaluate.terms import Condition


@dataclass(frozen=True)
class Request:
    """What the model is asked once.

    Attributes:
        entry: number of the entry.
        condition: what it is shown.
        image: the picture that it is shown, by its name in the table; of a grey one, whose shape it has; None for none.
    """

    entry: int
    condition: Condition
    image: str | None


def group_of(entry: Entry) -> str:
    """What must not be divided: the patient, else the image, else the entry."""
    return entry.group or entry.image or entry.id


def requests_for(entries: Sequence[Entry], conditions: Sequence[Condition], seed: int) -> tuple[Request, ...]:
    """All questions, in an order that depends on nothing but these arguments.

    Other images are exchanged within a task. An entry without an image is asked once.
    """
    of_task: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        of_task.setdefault(entry.task, []).append(number)
    given: dict[int, int] = {}
    for rows in of_task.values():
        found = donors([group_of(entries[row]) for row in rows], seed)
        if found is not None:
            given.update({row: rows[donor] for row, donor in zip(rows, found.tolist(), strict=True)})
    asked: list[Request] = []
    for number, entry in enumerate(entries):
        if entry.image is None:
            asked.append(Request(number, "real", None))
            continue
        for condition in conditions:
            if condition != "other":
                asked.append(Request(number, condition, entry.image))
            elif number in given:
                asked.append(Request(number, condition, entries[given[number]].image))
    return tuple(asked)
