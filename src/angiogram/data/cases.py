"""A labelled image set: the rows, the classes, and how to read one image."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from angiogram.data.class_words import ClassWords
from angiogram.errors import InputError, unknown
from angiogram.imaging.image import Image

Split = Literal["train", "test"]
OPTIONS = "{options}"
UNKNOWN = ", of no known group"
"""Stands behind the id in the group of a case whose table names none."""


@dataclass(frozen=True)
class Case:
    """One labelled image.

    Attributes:
        id: unique and stable within its set.
        path: where the pixels come from, readable by a person: a file, or `archive.npz#17`.
        label: the class name.
        group: what must not be divided between folds (the patient, the z-block); the case itself when unknown.
        split: the set's own split, None where it has none.
        note: free text that describes the image (a caption), empty where there is none.
        columns: (name, value) of what else a table says of the case: scanner, view, sex; values may be empty.
        own_group: the group that the set itself names, where duplicates joined it to another and `group` is the joined
            one; else None.
    """

    id: str
    path: str
    label: str
    group: str
    split: Split | None = None
    note: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    own_group: str | None = None

    @property
    def named_group(self) -> str:
        """The group that the set itself names."""
        return self.group if self.own_group is None else self.own_group


@dataclass(frozen=True)
class Cases:
    """A labelled image set.

    Attributes:
        name: short name for headings.
        rows: the cases.
        classes: class names in a fixed order; `labels` indexes into it.
        read: reads the image of one case; raises InputError where it cannot be read.
        question: what a model is asked about each image; `{options}` in it stands for the list of classes.
        statements: what a reader must know about these data (origin, licence, limits); shown on every page.
        doubts: what was guessed of the files where another reading is as likely; a diagnosis stops there.
        revision: of a data set of the hub, the commit that it was taken from.
        further: (class, what else counts as it) of the classes that have more words than their names.
        spelt: (class as the set spells it, its name) of the classes that are named otherwise.
    """

    name: str
    rows: tuple[Case, ...]
    classes: tuple[str, ...]
    read: Callable[[Case], Image]
    question: str
    statements: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    revision: str | None = None
    further: tuple[tuple[str, tuple[str, ...]], ...] = ()
    spelt: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def words(self) -> ClassWords:
        """What counts as which class, in the order of `classes`."""
        further = dict(self.further)
        return ClassWords(tuple((name, *further.get(name, ())) for name in self.classes))

    @property
    def labels(self) -> NDArray[np.int64]:
        """Class index of each case, `[N]`."""
        index = {name: i for i, name in enumerate(self.classes)}
        return np.array([index[row.label] for row in self.rows], dtype=np.int64)

    @property
    def groups(self) -> NDArray[np.int64]:
        """Group index of each case, `[N]`, numbered in order of first appearance."""
        return _numbered([row.group for row in self.rows])

    @property
    def named_groups(self) -> NDArray[np.int64]:
        """Index of the group that the set itself names, before duplicates joined any, `[N]`; numbered as `groups`."""
        return _numbered([row.named_group for row in self.rows])

    @property
    def has_split(self) -> bool:
        """Whether every case carries the set's own split and both sides are there."""
        return {row.split for row in self.rows} == {"train", "test"}

    def ask(self, order: Sequence[str] | None = None) -> str:
        """The question with its options named, in the order of `classes` or in another."""
        *first, last = order or self.classes
        return self.question.replace(OPTIONS, f"{', '.join(first)} or {last}")

    def select(self, indices: Sequence[int] | NDArray[np.int64]) -> "Cases":
        """The same set with only these rows, in this order.

        Raises:
            InputError: there is no row of this number.
        """
        if beyond := [int(i) for i in indices if not 0 <= int(i) < len(self.rows)]:
            raise InputError(f"There is no row {beyond[0]} in '{self.name}', which has {len(self.rows)}.")
        return replace(self, rows=tuple(self.rows[int(i)] for i in indices))

    def without_classes(self, names: Sequence[str]) -> "Cases":
        """The same set without these classes and their cases.

        Args:
            names: of the classes, or what the set itself calls them.

        Raises:
            InputError: there is no such class, or fewer than two are left.
        """
        spelt = dict(self.spelt)
        names = [name if name in self.classes else spelt.get(name, name) for name in names]
        for name in names:
            if name not in self.classes:
                raise unknown(f"class in '{self.name}', which is to be left out,", name, self.classes)
        left = tuple(name for name in self.classes if name not in names)
        if names and len(left) < 2:
            raise InputError(
                f"Without {', '.join(names)} '{self.name}' has {len(left)} class; at least two are needed."
            )
        return replace(self, rows=tuple(row for row in self.rows if row.label not in names), classes=left)


def _numbered(names: Sequence[str]) -> NDArray[np.int64]:
    index: dict[str, int] = {}
    return np.array([index.setdefault(name, len(index)) for name in names], dtype=np.int64)
