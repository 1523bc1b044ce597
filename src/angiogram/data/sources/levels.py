"""What each level of folders means: a side of the split, the class, the patient, or nothing.

Nothing is guessed in silence: what was taken for what is said, and where another reading is as likely, that is a doubt,
at which a diagnosis stops.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from angiogram.data.sources.masks import IMAGES
from angiogram.data.sources.sides import is_side, sides
from angiogram.errors import InputError, unknown

Level = Literal["split", "class", "group", "any"]
_FOLDERS = "--folders"
_NUMBERED = 0.9
FEWER = 3
_MANY_CLASSES = 30


@dataclass(frozen=True)
class Levels:
    """The meaning of the levels that all images have.

    Attributes:
        roles: from the top.
        said: one sentence for each level that means something, and for what is passed over.
        doubts: where another reading is as likely, one sentence each.
    """

    roles: tuple[Level, ...]
    said: tuple[str, ...]
    doubts: tuple[str, ...]

    def place(self, role: Level) -> int | None:
        """The first level of this meaning; None where there is none."""
        return self.roles.index(role) if role in self.roles else None


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
            raise unknown(f"level for {_FOLDERS}", word, get_args(Level))
        if level != "any" and level in levels:
            raise InputError(f"{_FOLDERS} '{text}' names '{level}' twice.")
        levels.append(level)
    if "class" not in levels:
        raise InputError(f"{_FOLDERS} '{text}' names no class; say for example class/group or split/class.")
    return tuple(levels)


def read_levels(folders: Sequence[tuple[str, ...]], given: tuple[Level, ...] | None = None) -> Levels:
    """Find what the levels mean, or take what is given.

    Args:
        folders: names of the folders above each image, from the top.
        given: the user's word.

    Raises:
        InputError: fewer levels than given, or a split that is none.
    """
    shared = min(map(len, folders), default=0)
    names = [sorted({each[level] for each in folders}) for level in range(shared)]
    if given is not None:
        return _as_given(names, given)
    roles, doubts = _split_and_any(names)
    open_levels = [level for level, role in enumerate(roles) if role is None]
    if open_levels:
        _class_and_group(names, open_levels, roles, doubts)
    found: tuple[Level, ...] = tuple(role or "any" for role in roles)
    deeper = sorted({each[shared] for each in folders if len(each) > shared})
    if deeper:
        doubts += _deeper(deeper, found)
    return Levels(found, _said(found, names), tuple(doubts))


def _as_given(names: list[list[str]], given: tuple[Level, ...]) -> Levels:
    if len(given) > len(names):
        raise InputError(
            f"{_FOLDERS} names {len(given)} levels of folders, and the images have {len(names)} above all of them."
        )
    for level, role in enumerate(given):
        if role == "split" and sides(names[level]) is None:
            raise InputError(
                f"{_FOLDERS} calls level {level + 1} the split, whose folders must say train and test (or training, "
                "val, valid, validation, dev, testing)."
            )
    rest: list[Level] = ["any"] * (len(names) - len(given))
    roles = (*given, *rest)
    return Levels(roles, _said(roles, names), ())


def _split_and_any(names: list[list[str]]) -> tuple[list[Level | None], list[str]]:
    """The levels that their own names tell; None for those that are class or patient."""
    roles: list[Level | None] = []
    doubts: list[str] = []
    for level in names:
        named = [name for name in level if is_side(name)]
        if "split" not in roles and sides(level) is not None:
            roles.append("split")
        elif len(level) == 1 or all(name.lower() in IMAGES for name in level):
            roles.append("any")
        else:
            roles.append(None)
            if sides(named) is not None:
                other = next(name for name in level if name not in named)
                doubts.append(
                    f"The folders {_some(named)} may be a split, but '{other}' stands beside them; open the folder "
                    f"that holds the split alone, or say {_FOLDERS} class if these are classes."
                )
    return roles, doubts


def _class_and_group(
    names: list[list[str]], open_levels: list[int], roles: list[Level | None], doubts: list[str]
) -> None:
    """Tell class from patient: classes are words, patients are numbered; else classes are few."""
    words = [level for level in open_levels if not numbered(names[level])]
    by_count = sorted(open_levels, key=lambda level: len(names[level]))
    if len(words) == 1:
        chosen = words[0]
    elif words:
        chosen = words[0]
        one, other = names[words[0]], names[words[1]]
        doubts.append(
            f"Both {_some(one)} and, at another level, {_some(other)} may be the classes; the first are taken. Say "
            f"{_FOLDERS} {_pattern(roles, words[0], None)}, {_pattern(roles, words[1], None)} or "
            f"{_pattern(roles, words[0], words[1])}."
        )
    else:
        chosen = by_count[0]
        if len(by_count) > 1 and FEWER * len(names[chosen]) > len(names[by_count[1]]):
            doubts.append(
                f"Both {_some(names[open_levels[0]])} and {_some(names[open_levels[1]])} may be classes or patients; "
                f"say {_FOLDERS} {_pattern(roles, open_levels[0], open_levels[1])} or "
                f"{_pattern(roles, open_levels[1], open_levels[0])}."
            )
        elif len(by_count) == 1 and (_plain_numbers(names[chosen]) or len(names[chosen]) > _MANY_CLASSES):
            doubts.append(
                f"The folders are numbers, {_some(names[chosen])}: they may be classes or patients; say "
                f"{_FOLDERS} {_pattern(roles, chosen, None)} if they are classes, or bring a table."
            )
    roles[chosen] = "class"
    others = [level for level in open_levels if level != chosen and level not in words]
    if others:
        roles[others[0]] = "group"


def _deeper(deeper: list[str], roles: Sequence[Level]) -> list[str]:
    """Folders that some images lie in and others do not."""
    if "group" in roles or not numbered(deeper):
        return []
    return [
        f"Some images lie in further folders such as {_some(deeper)}, which may be patients, and others do not; bring "
        f"all to one depth, or say {_FOLDERS} {'/'.join(roles)} if these mean nothing."
    ]


def numbered(names: Sequence[str]) -> bool:
    """Whether nearly all names hold a digit, as those of patients and scans do."""
    return sum(any(letter.isdigit() for letter in name) for name in names) >= _NUMBERED * len(names)


def _plain_numbers(names: Sequence[str]) -> bool:
    return all(name.isdecimal() for name in names)


def _pattern(roles: Sequence[Level | None], of_class: int, of_group: int | None) -> str:
    """`--folders` with these two levels."""
    named: list[Level] = [role or "any" for role in roles]
    named = ["any" if role in ("class", "group") else role for role in named]
    named[of_class] = "class"
    if of_group is not None:
        named[of_group] = "group"
    last = max(of_class, -1 if of_group is None else of_group)
    return "/".join(named[: last + 1])


def _some(names: Sequence[str]) -> str:
    """The first few of the names.

    >>> _some(["a", "b", "c", "d"]), _some(["a", "b"])
    ("'a', 'b' and 2 more", "'a' and 'b'")
    """
    quoted = [f"'{name}'" for name in names]
    if len(quoted) > 3:
        return f"{quoted[0]}, {quoted[1]} and {len(quoted) - 2} more"
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _said(roles: Sequence[Level], names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """One sentence a level."""
    said: list[str] = []
    for role, level in zip(roles, names, strict=True):
        if role == "split" and (found := sides(level)) is not None:
            more = f"; {found.said}" if found.said else ""
            said.append(f"The split is the folder's own, {_some(level)}{more}.")
        elif role == "class":
            said.append(f"Labels are the names of folders: {_some(level)}.")
        elif role == "group":
            said.append(f"Groups are the folders {_some(level)}: each is taken for one patient.")
        elif len(level) > 1 and "class" in roles:
            said.append(f"The folders {_some(level)} mean nothing here.")
    return tuple(said)
