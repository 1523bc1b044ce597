"""A table as it was read, whatever kind of file it came from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from angiogram.errors import InputError
from angiogram.imaging.printable import printable

SPLIT = "split"
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Contents:
    """A table of text, and perhaps of pictures.

    Attributes:
        columns: the values of each column as text, blanks around them taken off; "" where there is none.
        pictures: the columns that hold whole image files, as bytes; None where a row has none.
        split_from: where the column "split" comes from, if the table itself has none: "the names of its files".
    """

    columns: Mapping[str, tuple[str, ...]]
    pictures: Mapping[str, tuple[bytes | None, ...]] = field(default_factory=lambda: MappingProxyType({}))
    split_from: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns, in their order; a column of pictures also has text, the names of the files."""
        return tuple(self.columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def checked(self, name: str) -> "Contents":
        """The table itself, where all of it is text.

        Raises:
            InputError: a name or a value holds control characters, or half a letter as JSON can say it.
        """
        for number, (column, values) in enumerate(self.columns.items(), start=1):
            if _NO_TEXT.search(column) or any(map(_NO_TEXT.search, values)):
                raise InputError(f"The table '{name}' holds in column {number} what is no text: control characters.")
        return self


def joined(tables: Sequence[Contents], paths: Sequence[Path], words: Sequence[str]) -> Contents:
    """The rows of all tables of one set; where there are several parts, their words are the column "split".

    Args:
        tables: with the same columns.
        paths: where each was read.
        words: the side that each stands for, or the same for all.

    Raises:
        InputError: a column is in one table only.
    """
    first = tables[0].names
    for contents, path in zip(tables, paths, strict=True):
        if other := sorted(set(first) ^ set(contents.names)):
            raise InputError(
                f"'{printable(paths[0])}' and '{printable(path)}' are of one set, but '{other[0]}' is a column of one "
                "of them only."
            )
    columns = {name: tuple(value for each in tables for value in each.columns[name]) for name in first}
    pictures = {name: tuple(value for each in tables for value in each.pictures[name]) for name in tables[0].pictures}
    if len(set(words)) == 1 or SPLIT in columns:
        return Contents(columns, pictures)
    columns[SPLIT] = tuple(word for word, each in zip(words, tables, strict=True) for _ in range(len(each)))
    parts = " and ".join(f"'{word}'" for word in dict.fromkeys(words))
    return Contents(columns, pictures, f"its parts, {parts}")
