"""Files and folders as they are given to the intake: what stands in them, and how they are laid out on the disk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from damaged.damage import damaged, drawn
from damaged.opening import Job

Content = bytes | Callable[[Path], Any]
"""Bytes, or what makes something else at a path: a link, a pipe, a folder."""
Files = Mapping[str, Content]

CLASSES = ("sound", "damaged")
DRAWN = 220  # beside those made by hand


@dataclass(frozen=True)
class FileKind:
    """Image files of one format, all in one set.

    Attributes:
        wholes: files that nothing is wrong with, by name.
        made: absurd ones made by hand, by name.
        suffixes: that a damaged file may have in place of its own.
    """

    wholes: Mapping[str, bytes]
    made: Files
    suffixes: tuple[str, ...] = ()

    def lay(self, root: Path) -> list[Job]:
        """Write every file into a folder of its own, so that none is taken for a slice beside another."""
        found: list[tuple[str, Content]] = [*self.wholes.items(), *self.made.items()]
        swapped = st.tuples(damaged(self.wholes), st.sampled_from(("", "", "", *self.suffixes)))
        for (name, content), suffix in drawn(swapped, DRAWN):
            found.append((f"{name}{suffix}", content))
        for number, (name, content) in enumerate(found):
            whole = number < len(self.wholes)
            write(root / CLASSES[not whole] / f"{number}" / f"{number}-{name}", content)
        # The damaged class needs one image that can be read.
        write(root / CLASSES[1] / "whole" / next(iter(self.wholes)), next(iter(self.wholes.values())))
        return [Job(root, len(found) + 1, "class/any")]


@dataclass(frozen=True)
class SetKind:
    """Sets of which each is opened by itself: an archive, a table, a folder of slices.

    Attributes:
        wholes: sets that nothing is wrong with: name -> path in it -> content.
        made: absurd ones.
        opens: what a user names of a set: a path in it, "" for the folder.
        damages: which of its files are damaged, by how they end.
    """

    wholes: Mapping[str, Files]
    made: Mapping[str, Files]
    opens: str
    damages: tuple[str, ...]

    def lay(self, root: Path) -> list[Job]:
        """Write every set into a folder of its own."""
        parts = {
            f"{name}\0{path}": content
            for name, files in self.wholes.items()
            for path, content in files.items()
            if isinstance(content, bytes) and path.endswith(self.damages)
        }
        found = [*self.wholes.items(), *self.made.items()]
        for part, content in drawn(damaged(parts), DRAWN):
            name, path = part.split("\0")
            found.append((name, {**self.wholes[name], path: content}))
        jobs: list[Job] = []
        for number, (name, files) in enumerate(found):
            folder = root / f"{number}-{name}"
            for path, content in files.items():
                write(folder / path, content)
            if self.opens:
                opened = folder / f"{number}-{name}{Path(self.opens).suffix}"
                (folder / self.opens).rename(opened)
            jobs.append(Job(opened if self.opens else folder))
        return jobs


@dataclass(frozen=True)
class NameKind:
    """Sound images under names that are not, and what is no file under names of images."""

    image: bytes
    others: Files = field(default_factory=dict)

    def lay(self, root: Path) -> list[Job]:
        """Names of any bytes that a file system allows."""
        letters = [byte for byte in range(1, 256) if byte != ord("/")]
        names = st.lists(st.sampled_from(letters), min_size=1, max_size=250).map(bytes)
        visible = {name for name in drawn(names, DRAWN) if not name.startswith(b".")}
        for name in sorted(visible):
            path = Path(name.decode("utf-8", "surrogateescape") + ".png")
            write(root / CLASSES[len(name) % 2] / path, self.image)
        for name, content in self.others.items():
            write(root / CLASSES[1] / name, content)
        return [Job(root, len(visible) + len(self.others), "class")]


def write(path: Path, content: Content) -> None:
    """Write bytes, or make what is no file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
