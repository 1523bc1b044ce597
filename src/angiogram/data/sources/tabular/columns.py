"""Which column of a table is the image, the class, the patient and the split."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from angiogram.data.sources.tabular.contents import Contents
from angiogram.errors import InputError

Role = Literal["image", "label", "group", "split", "question"]
USUAL: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        "image": (
            "image", "image_path", "image_file", "image_name", "path", "file_path", "filepath", "file", "file_name",
            "filename", "img", "img_path", "image_id", "image_index",
        ),
        "label": (
            "label", "class", "class_name", "diagnosis", "dx", "category", "target", "finding", "labels", "findings",
            "finding_labels",
        ),
        "group": (
            "patient", "patient_id", "patientid", "patient_number", "subject", "subject_id", "participant",
            "participant_id", "person_id", "group", "group_id", "lesion_id", "case_id", "study_id",
        ),
        "split": ("split", "set", "subset", "partition", "fold"),
        "question": ("question", "prompt"),
    }
)  # fmt: skip
"""Names by which a column is known, the first found wins; blanks, case and dashes do not count."""
_SHOWN = 30  # columns that a message names
_CLOSE = 0.75  # likeness of names from which one is taken for a slip of the other
_NEEDED: tuple[Role, ...] = ("image", "label")


@dataclass(frozen=True)
class TableOptions:
    """What a user says of a table of images; None is found by itself.

    Attributes:
        image, split, question: names of columns.
        label: name of the column of the class, or of several, each a finding of its own.
        group: names of columns that together say which cases are never divided: the patient, or patient and eye.
        folder: where the paths of images start; relative to the table's own folder, which is the default.
    """

    image: str | None = None
    label: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    split: str | None = None
    question: str | None = None
    folder: Path | None = None


@dataclass(frozen=True)
class Columns:
    """The columns that have a role; a table may do without patient and split."""

    image: str
    label: tuple[str, ...]
    group: tuple[str, ...]
    split: str | None
    question: str | None


def found_columns(contents: Contents, options: TableOptions, table: Path) -> Columns:
    """The column of each role: as named, else by its usual name; a column of pictures is the image.

    Raises:
        InputError: a column that is not there, one for two roles, or no column that is usually the image or the class.

    >>> found_columns(Contents({"File Name": ("a",), "dx": ("x",), "age": ("4",)}), TableOptions(), Path("a.csv"))
    Columns(image='File Name', label=('dx',), group=(), split=None, question=None)
    """
    names, taken = contents.names, set[str]()
    named: dict[Role, tuple[str, ...]] = {
        "image": _one(options.image), "label": options.label, "group": options.group,
        "split": _one(options.split), "question": _one(options.question),
    }  # fmt: skip
    found = {role: tuple(_asked(name, role, names, taken, table) for name in given) for role, given in named.items()}
    if not found["image"] and len(contents.pictures) == 1:
        found["image"] = tuple(contents.pictures)
        taken |= set(contents.pictures)
    for role, usual in USUAL.items():
        if found[role]:
            continue
        plain = {_plain(name): name for name in reversed(names) if name not in taken}
        known = next((plain[name] for name in usual if name in plain), None)
        if known is not None:
            found[role] = (known,)
            taken.add(known)
        elif role in _NEEDED:
            raise _none_usual(role, [name for name in names if name not in taken], contents, table)
    split, question = (next(iter(found[role]), None) for role in ("split", "question"))
    return Columns(found["image"][0], found["label"], found["group"], split, question)


def _one(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _asked(name: str, role: Role, names: Sequence[str], taken: set[str], table: Path) -> str:
    """The column that a user names for a role; it is taken then."""
    same = [each for each in names if each == name] or [each for each in names if _plain(each) == _plain(name)]
    if not same:
        raise InputError(
            f"The table '{table}' has no column '{name}' (--{role}-column); {_has(names)}{_nearest(name, names)}"
        )
    if same[0] in taken:
        raise InputError(f"The column '{same[0]}' of '{table}' is named for two things; --{role}-column is one.")
    taken.add(same[0])
    return same[0]


def _none_usual(role: Role, free: Sequence[str], contents: Contents, table: Path) -> InputError:
    usual, shown = USUAL[role], free[:_SHOWN]
    close = next((name for name in shown if get_close_matches(_plain(name), usual, n=1, cutoff=_CLOSE)), None)
    likely = [name for name in shown if role == "label" and _may_be_classes(contents.columns[name])]
    like = f"; it may be {' or '.join(likely)}." if likely else "."
    like = like if close is None else f"; did you mean '{close}'?"
    return InputError(
        f"The table '{table}' has no column that is usually the {role} ({', '.join(usual[:4])}, ...); "
        f"{_has(contents.names)}; name it with --{role}-column{like}"
    )


def _may_be_classes(values: Sequence[str]) -> bool:
    """Whether a column has a few values, each for several images."""
    return 2 <= len(set(values)) <= min(_SHOWN, len(values) // 3)


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")


def _has(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"it has {', '.join(names[:_SHOWN])}{more}"


def _nearest(name: str, names: Sequence[str]) -> str:
    plain = {_plain(each): each for each in names}
    near = get_close_matches(_plain(name), plain, n=1)
    return f"; did you mean '{plain[near[0]]}'?" if near else "."
