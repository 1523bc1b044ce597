"""Several labels of one image: each finding is one class against the rest."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from angiogram.data.cases import OPTIONS
from angiogram.data.missing import is_missing
from angiogram.data.sources.spoken import as_words
from angiogram.errors import InputError, unknown

PRESENT, ABSENT, NOT_KNOWN = "yes", "no", ""
SEPARATORS = "|;"
_TRUE = ("1", "1.0", "true", "yes", "y", "present", "positive")
_FALSE = ("0", "0.0", "false", "no", "n", "absent", "negative")
_UNSURE = ("", "-1", "-1.0", "nan", "u", "uncertain", "unknown")
_NOTHING = ("no finding", "no findings", "nofinding", "none", "normal", "healthy", "")


class UnnamedFindingError(InputError):
    """One image may show several findings, and none of them is named; the message is for the command line.

    Attributes:
        in_python: the same, where the set was opened from Python.
    """

    def __init__(self, where: str, names: Sequence[str]) -> None:
        """Of the findings with these names in the set `where`."""
        holds = f"{where} holds {len(names)} findings, several of which one image may show: {', '.join(names)}; name"
        super().__init__(f"{holds} one with --finding, or let `diagnose` take one after another.")
        self.in_python = (
            f"{holds} one with `open_cases(..., finding=...)`, or let `diagnose_findings` take one after another."
        )


@dataclass(frozen=True)
class Findings:
    """What each image of a set shows.

    Attributes:
        labels: for each finding `PRESENT`, `ABSENT` or `NOT_KNOWN` for each image.
    """

    labels: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the findings, in their order."""
        return tuple(self.labels)

    def of(self, finding: str | None, where: str) -> tuple[str, ...]:
        """The labels of one finding; of the only one where none is named.

        Raises:
            UnnamedFindingError: none is named of several.
            InputError: one that is not there.
        """
        if finding is None and len(self.names) == 1:
            return self.labels[self.names[0]]
        if finding is None:
            raise UnnamedFindingError(where, self.names)
        found = next((name for name in self.names if finding in (name, as_words(name))), None)
        if found is None:
            raise unknown(f"finding in {where},", finding, self.names)
        return self.labels[found]


def question(finding: str) -> str:
    """What a model is asked of one finding.

    >>> question("Pleural_Thickening")
    'Does the image show pleural thickening: {options}?'
    """
    words = as_words(finding)
    return f"Does the image show {words if words.isupper() else words.lower()}: {OPTIONS}?"


def in_one_column(values: Sequence[str]) -> Findings | None:
    """Findings that stand in one column, divided by `|` or `;`; None where it holds one label an image.

    A comma divides where each part also stands alone: "carcinoma, ductal" is one name. Lists as Python and JSON write
    them are taken apart. Of an image whose cell is empty nothing is known.

    >>> found = in_one_column(["Mass|Edema", "No Finding", "Edema", ""])
    >>> dict(found.labels)
    {'Edema': ('yes', 'no', 'yes', ''), 'Mass': ('yes', 'no', 'no', '')}
    >>> in_one_column(["Mass", "Edema"]) is None
    True
    """
    written = [_unlisted(value) for value in values]
    separator = next((mark for mark in SEPARATORS if any(mark in value for value in written)), None)
    if separator is None and _commas_divide(set(written)):
        separator = ","
    if separator is None:
        return None
    parts = [None if is_missing(value) else _parts(value, separator) for value in written]
    names = sorted({part for row in parts if row for part in row if part.lower() not in _NOTHING})
    return Findings({name: tuple(map(_shown, parts, [name] * len(parts))) for name in names})


def _shown(row: set[str] | None, name: str) -> str:
    if row is None:
        return NOT_KNOWN
    return PRESENT if name in row else ABSENT


def _parts(value: str, separator: str) -> set[str]:
    return {part.strip() for part in value.split(separator)}


def _unlisted(value: str) -> str:
    """A list's members divided by "|"; anything else as it is.

    >>> _unlisted("['Mass', 'Edema']"), _unlisted("[Mass]")
    ('Mass|Edema', '[Mass]')
    """
    if not (value.startswith("[") and value.endswith("]")):
        return value
    try:
        found: Any = ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return value
    return "|".join(map(str, found)) if all(isinstance(each, str | int | float) for each in found) else value


def _commas_divide(values: set[str]) -> bool:
    several = [_parts(value, ",") for value in values if "," in value]
    return bool(several) and all(parts <= values for parts in several)


def is_unsure(values: Sequence[str]) -> bool:
    """Whether a column says present, absent and not sure (-1) of a finding that it is named after.

    >>> is_unsure(["1.0", "0.0", "-1.0", ""]), is_unsure(["0", "1"])
    (True, False)
    """
    words = {value.lower() for value in values}
    return bool(words & {"-1", "-1.0"}) and words <= {*_TRUE, *_FALSE, *_UNSURE}


def in_columns(columns: Mapping[str, Sequence[str]]) -> Findings:
    """Findings of which each has a column of its own: 1, 0, and what is not sure.

    Raises:
        InputError: a column holds something else.

    >>> dict(in_columns({"Mass": ["1.0", "0", "-1", ""]}).labels)
    {'Mass': ('yes', 'no', '', '')}
    """
    return Findings({name: tuple(_said(name, value) for value in values) for name, values in columns.items()})


def _said(column: str, value: str) -> str:
    word = value.lower()
    for words, meaning in ((_TRUE, PRESENT), (_FALSE, ABSENT), (_UNSURE, NOT_KNOWN)):
        if word in words:
            return meaning
    raise InputError(
        f"The column '{column}' holds '{value}'; where several columns are labels, each says 1 or 0 (or yes and no; "
        "-1 or nothing is not sure), or name one column alone."
    )
