"""The columns of a table that have no role: what stays with the cases of them, and how."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from angiogram.data.nuisance import NO_VALUE
from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.personal import Told, told_by

_LEFT_OUT: Mapping[Told, str] = {"who": "What may name a patient", "when": "What says when"}
_RESCALE = re.compile(r"rescale[\W_]?(?:slope|intercept)", re.IGNORECASE)


@dataclass(frozen=True)
class Further:
    """What else a table says of its cases.

    Attributes:
        columns: the values of each row of the table, by column; names of places, staff and machines are numbers.
        said: what was left out or replaced, one sentence each.
    """

    columns: Mapping[str, tuple[str, ...]]
    said: tuple[str, ...]


def further_columns(contents: Contents, used: Collection[str], kept: Sequence[int]) -> Further:
    """The columns of text beside those with a role.

    What tells who a patient is, or when something was, is left out. Of where, by whom and with which machine an image
    was made only the number stays, which tells cases apart as well.

    Args:
        contents: the whole table.
        used: columns that have a role.
        kept: the rows that are cases: they count the numbers.
    """
    columns: dict[str, tuple[str, ...]] = {}
    left: dict[Told, list[str]] = {kind: [] for kind in _LEFT_OUT}
    numbered: list[str] = []
    for name, values in contents.columns.items():
        if name in used or name in contents.pictures:
            continue
        told = told_by(name, values)
        if told is None:
            columns[name] = values
        elif told in left:
            left[told].append(name)
        else:
            columns[name], count = _numbered(values, kept, told)
            numbered.append(f"{name} ({_span(told, count)})")
    said = [f"{_LEFT_OUT[kind]} is not kept: {', '.join(names)}." for kind, names in left.items() if names]
    if numbered:
        said.append(f"Numbers stand for names, in the order of the rows: {', '.join(numbered)}.")
    if scales := [name for name in columns if _RESCALE.fullmatch(name)]:
        said.append(f"Not applied to the images, whose files bring their own: {', '.join(scales)}.")
    return Further(columns, tuple(said))


def _numbered(values: Sequence[str], kept: Sequence[int], word: str) -> tuple[tuple[str, ...], int]:
    """The values with a number in place of each name, and how many names there are; what is missing stays so."""
    numbers: dict[str, str] = {}
    for i in kept:
        if values[i].lower() not in NO_VALUE:
            numbers.setdefault(values[i], f"{word} {len(numbers) + 1}")
    return tuple(numbers.get(value, "") for value in values), len(numbers)


def _span(word: str, count: int) -> str:
    return "empty" if not count else f"{word} 1" if count == 1 else f"{word} 1 to {count}"
