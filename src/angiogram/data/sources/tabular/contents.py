"""A table as it was read, whatever kind of file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Contents:
    """A table of text, and perhaps of pictures.

    Attributes:
        columns: the values of each column as text, blanks around them taken off; "" where there is none.
        pictures: the columns that hold whole image files, as bytes; None where a row has none.
    """

    columns: Mapping[str, tuple[str, ...]]
    pictures: Mapping[str, tuple[bytes | None, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns, in their order; a column of pictures also has text, the names of the files."""
        return tuple(self.columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))
