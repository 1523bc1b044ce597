"""Which column of a table is the image, the class, the patient and the split."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from angiogram.errors import InputError

Role = Literal["image", "label", "group", "split"]
USUAL: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        "image": (
            "image", "image_path", "image_file", "image_name", "path", "file_path", "filepath", "file", "file_name",
            "filename", "img", "img_path", "image_id",
        ),
        "label": ("label", "class", "class_name", "diagnosis", "dx", "category", "target", "finding"),
        "group": ("patient", "patient_id", "patientid", "subject", "subject_id", "group", "group_id", "person_id"),
        "split": ("split", "set", "subset", "partition", "fold"),
    }
)  # fmt: skip
"""Names by which a column is known, the first found wins; blanks, case and dashes do not count."""
_NEEDED: tuple[Role, ...] = ("image", "label")


@dataclass(frozen=True)
class TableOptions:
    """What a user says of a table of images; None is found by itself.

    Attributes:
        image, label, group, split: names of columns.
        folder: where the paths of images start; relative to the table's own folder, which is the default.
    """

    image: str | None = None
    label: str | None = None
    group: str | None = None
    split: str | None = None
    folder: Path | None = None

    @property
    def given(self) -> dict[Role, str]:
        """The columns that the user names."""
        named: dict[Role, str | None] = {
            "image": self.image, "label": self.label, "group": self.group, "split": self.split
        }  # fmt: skip
        return {role: name for role, name in named.items() if name is not None}


def found_columns(names: Sequence[str], options: TableOptions, table: Path) -> dict[Role, str]:
    """The column of each role; a table may do without patient and split.

    Raises:
        InputError: a column that is not there, one for two roles, or no column that is usually the image or the class.

    >>> found_columns(["File Name", "dx", "age"], TableOptions(), Path("a.csv"))
    {'image': 'File Name', 'label': 'dx'}
    """
    found: dict[Role, str] = {}
    for role, name in options.given.items():
        same = [each for each in names if each == name] or [each for each in names if _plain(each) == _plain(name)]
        if not same:
            raise InputError(
                f"The table '{table}' has no column '{name}' (--{role}-column); {_has(names)}{_nearest(name, names)}"
            )
        if same[0] in found.values():
            raise InputError(f"The column '{same[0]}' of '{table}' is named for two things; --{role}-column is one.")
        found[role] = same[0]
    for role, usual in USUAL.items():
        if role in found:
            continue
        plain = {_plain(name): name for name in reversed(names) if name not in found.values()}
        known = next((plain[name] for name in usual if name in plain), None)
        if known is not None:
            found[role] = known
        elif role in _NEEDED:
            free = [name for name in names if name and name not in found.values()]
            close = next((name for name in free if get_close_matches(_plain(name), usual, n=1)), None)
            like = "" if close is None else f"; did you mean '{close}'?"
            raise InputError(
                f"The table '{table}' has no column that is usually the {role} ({', '.join(usual[:4])}, ...); "
                f"{_has(names)}; name it with --{role}-column{like or '.'}"
            )
    return {role: found[role] for role in USUAL if role in found}


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")


def _has(names: Sequence[str]) -> str:
    return f"it has {', '.join(names)}"


def _nearest(name: str, names: Sequence[str]) -> str:
    plain = {_plain(each): each for each in names}
    near = get_close_matches(_plain(name), plain, n=1)
    return f"; did you mean '{plain[near[0]]}'?" if near else "."
