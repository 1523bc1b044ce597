"""The table that says more of a folder's images than the names of their folders do."""

import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from angiogram.data.sources.tabular.columns import TableOptions, found_columns
from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.in_folder import tables_below, tables_of
from angiogram.data.sources.tabular.read import read_contents
from angiogram.errors import InputError
from angiogram.imaging.printable import printable

_LEAST = 0.5


def with_table(doubts: Sequence[str], root: Path, files: Sequence[Path]) -> tuple[str, ...]:
    """The doubts, the first with the table below `root` that names most of the images, and how to open that.

    Args:
        doubts: of what folders mean, one sentence each; where there are none, no table is looked for.
        root: the folder.
        files: the images below it.
    """
    offer = _offer(root, files) if doubts else ""
    return (f"{doubts[0]} {offer}", *doubts[1:]) if offer else tuple(doubts)


def _offer(root: Path, files: Sequence[Path]) -> str:
    known: dict[str, list[Path]] = {}
    for path in files:
        for name in {path.name, path.stem}:
            known.setdefault(name, []).append(path.resolve())
    best, most = "", _LEAST * len(files)
    for path in tables_below(root):
        with suppress(InputError):  # what is no table, or names nothing
            contents = read_contents(path)
            for column, values in contents.columns.items():
                if (named := _named(values, known)) >= most:
                    best, most = _sentence(root, path, contents, column), named + 1
    return best


def _named(values: Sequence[str], known: Mapping[str, Sequence[Path]]) -> int:
    """How many of the known files a column names, by their paths or the ends of these."""
    return len({
        path
        for wanted in map(PurePath, values)
        for path in known.get(wanted.name, ())
        if path.parts[-len(wanted.parts) : -1] == wanted.parts[:-1] or wanted.is_absolute()
    })  # fmt: skip


def _sentence(root: Path, path: Path, contents: Contents, image: str) -> str:
    options = [] if _usual_image(contents, path) == image else ["--image-column", shlex.quote(image)]
    words = " ".join([*options, "--label-column", _label(contents, path, image)])
    name = printable(path.relative_to(root))
    if _is_the_one(root, path):
        return f"The table '{name}' names these images; say {words} to take the classes from it."
    where = "" if path.parent == root else f" and --image-folder {shlex.quote(printable(root))}"
    return f"The table '{name}' names these images; open it with {words}{where} to take the classes from it."


def _usual_image(contents: Contents, path: Path) -> str | None:
    """The column that is taken for the image where none is named."""
    with suppress(InputError):
        return found_columns(contents, TableOptions(label=contents.names[-1:]), path).image
    return None


def _label(contents: Contents, path: Path, image: str) -> str:
    """The column that is usually the class; else a word that stands for one."""
    with suppress(InputError):
        return shlex.quote(found_columns(contents, TableOptions(image=image), path).label[0])
    return "COLUMN"


def _is_the_one(root: Path, path: Path) -> bool:
    """Whether the folder is read by this table where a column is named."""
    with suppress(InputError):
        return path in tables_of(root).paths
    return False
