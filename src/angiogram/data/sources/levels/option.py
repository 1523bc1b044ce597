"""`--folders`: what a user says of the levels of folders, from the top."""

from collections.abc import Sequence
from typing import Literal, get_args

from angiogram.errors import InputError, unknown

Level = Literal["split", "class", "group", "any"]
FOLDERS = "--folders"


def parse_levels(text: str) -> tuple[Level, ...]:
    """`--folders` as levels.

    Raises:
        InputError: an unknown word, no class, or one level twice.

    >>> parse_levels("split/class/group")
    ('split', 'class', 'group')
    """
    levels: list[Level] = []
    for word in text.strip("/").lower().split("/"):
        level = next((level for level in get_args(Level) if level == word), None)
        if level is None:
            raise unknown(f"level for {FOLDERS}", word, get_args(Level))
        if level != "any" and level in levels:
            raise InputError(f"{FOLDERS} '{text}' names '{level}' twice.")
        levels.append(level)
    if "class" not in levels:
        raise InputError(f"{FOLDERS} '{text}' names no class; say for example class/group or split/class.")
    return tuple(levels)


def pattern(split: int | None, of_class: int, of_group: int | None = None) -> str:
    """What says that these levels, counted from 0, are split, class and patient.

    >>> pattern(0, 2), pattern(None, 1, 0), pattern(2, 0)
    ('split/any/class', 'group/class', 'class/any/split')
    """
    named: dict[int, Level] = {of_class: "class"}
    named |= {} if split is None else {split: "split"}
    named |= {} if of_group is None else {of_group: "group"}
    return "/".join(named.get(level, "any") for level in range(max(named) + 1))


def some(names: Sequence[str]) -> str:
    """The first few of the names.

    >>> some(["a", "b", "c", "d"]), some(["a", "b"])
    ("'a', 'b' and 2 more", "'a' and 'b'")
    """
    quoted = [f"'{name}'" for name in names]
    if len(quoted) > 3:
        return f"{quoted[0]}, {quoted[1]} and {len(quoted) - 2} more"
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
