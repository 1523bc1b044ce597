"""The table of a folder, or its tables where the set brings one for each side of its split."""

import re
from dataclasses import dataclass
from pathlib import Path

from angiogram.data.sources.scan import passed_over
from angiogram.data.sources.sides import is_side, sides
from angiogram.data.sources.tabular.contents import Contents, joined
from angiogram.data.sources.tabular.read import SUFFIXES, read_contents
from angiogram.errors import InputError
from angiogram.imaging.printable import printable


@dataclass(frozen=True)
class Tables:
    """Tables of one set.

    Attributes:
        paths: one, or one a side.
        words: the side that each names, in its own words; one "" for one table.
    """

    paths: tuple[Path, ...]
    words: tuple[str, ...]


def tables_below(folder: Path) -> list[Path]:
    """All tables in a folder and below, in the order of their paths."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(path for path in found if not any(map(passed_over, path.relative_to(folder).parts)))


def tables_of(folder: Path) -> Tables:
    """The one table of a folder, or those that are named after the sides of a split.

    Raises:
        InputError: there is none, or several that no split explains.
    """
    found = tables_below(folder)
    if not found:
        raise InputError(f"The folder '{folder}' holds no table ({', '.join(SUFFIXES)}); columns are those of one.")
    if len(found) == 1:
        return Tables((found[0],), ("",))
    words = [_side(path) for path in found]
    named = [(path, word) for path, word in zip(found, words, strict=True) if word]
    if sides({word for _, word in named}) is None or len({word.lower() for _, word in named}) < len(named):
        raise InputError(
            f"The folder '{folder}' holds {len(found)} tables, '{printable(found[0].relative_to(folder))}' and "
            f"'{printable(found[1].relative_to(folder))}' among them; open the one that is meant."
        )
    return Tables(tuple(path for path, _ in named), tuple(word for _, word in named))


def read_all(tables: Tables) -> Contents:
    """The rows of the tables, joined.

    Raises:
        InputError: one cannot be read, or they have other columns.
    """
    return joined([read_contents(path) for path in tables.paths], tables.paths, tables.words)


def _side(path: Path) -> str:
    """The word of a side in a file's name; "" where there is none, or more than one."""
    words = [word for word in re.findall(r"[A-Za-z]+", path.stem) if is_side(word)]
    return words[0] if len(words) == 1 else ""
