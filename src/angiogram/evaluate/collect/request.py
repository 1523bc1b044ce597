"""One question to the model: an entry in a condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from posixpath import normpath

from angiogram.data.annotations.entry import Entry
from angiogram.data.annotations.pictures import file_of
from angiogram.evaluate.collect.donors import donors, one_picture_one_group
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


def picture_of(entry: Entry, hashes: Mapping[str, str]) -> str:
    """What two entries share that show one picture, by whatever name; the entry itself where it has none."""
    if entry.image is None:
        return entry.id
    name, which = file_of(entry.image)
    return f"{hashes.get(name) or normpath(name)}#{which}"


def requests_for(
    entries: Sequence[Entry], conditions: Sequence[Condition], seed: int, hashes: Mapping[str, str]
) -> tuple[Request, ...]:
    """All questions, in an order that depends on nothing but these arguments.

    Other images are exchanged within a task, between groups that share no picture. An entry without an image is asked
    once.

    Args:
        entries: that are asked about.
        conditions: what the model is shown.
        seed: of the exchange.
        hashes: of the files of pictures, by name; copies of one file are one picture.
    """
    of_task: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        of_task.setdefault(entry.task, []).append(number)
    given: dict[int, int] = {}
    for rows in of_task.values():
        groups = one_picture_one_group(
            [group_of(entries[row]) for row in rows], [picture_of(entries[row], hashes) for row in rows]
        )
        found = donors(groups, seed)
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
