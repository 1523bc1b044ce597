"""The meaning of every level of folders, found or given."""

from collections.abc import Sequence
from dataclasses import dataclass

from angiogram.data.sources.levels.deeper import deeper_doubts, deeper_said
from angiogram.data.sources.levels.option import FOLDERS, Level, some
from angiogram.data.sources.levels.roles import found_roles
from angiogram.data.sources.sides import sides
from angiogram.errors import InputError


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
    roles, doubts = found_roles(names, folders) if given is None else (_as_given(names, given), [])
    if given is None:
        doubts += deeper_doubts(folders, roles)
    said = (*_said(roles, names), *(deeper_said(folders, shared) if "class" in roles else ()))
    return Levels(roles, said, tuple(doubts))


def _as_given(names: Sequence[Sequence[str]], given: tuple[Level, ...]) -> tuple[Level, ...]:
    if len(given) > len(names):
        raise InputError(
            f"{FOLDERS} names {len(given)} levels of folders, and the images have {len(names)} above all of them."
        )
    for level, role in enumerate(given):
        if role == "split" and sides(names[level]) is None:
            raise InputError(
                f"{FOLDERS} calls level {level + 1} the split, whose folders must say train and test (or training, "
                "val, valid, validation, dev, testing)."
            )
    rest: list[Level] = ["any"] * (len(names) - len(given))
    return (*given, *rest)


def _said(roles: Sequence[Level], names: Sequence[Sequence[str]]) -> list[str]:
    """One sentence a level."""
    said: list[str] = []
    for role, level in zip(roles, names, strict=True):
        if role == "split" and (found := sides(level)) is not None:
            more = f"; {found.said}" if found.said else ""
            said.append(f"The split is the folder's own, {some(level)}{more}.")
        elif role == "class":
            said.append(f"Labels are the names of folders: {some(level)}.")
        elif role == "group":
            said.append(f"Groups are the folders {some(level)}: each is taken for one patient.")
        elif len(level) > 1 and "class" in roles:
            said.append(f"The folders {some(level)} mean nothing here.")
    return said
