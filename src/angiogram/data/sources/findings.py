"""Several labels of one image: each finding is one class against the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from angiogram.data.cases import OPTIONS
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
        """The labels of one finding.

        Raises:
            UnnamedFindingError: none is named.
            InputError: one that is not there.
        """
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

    >>> found = in_one_column(["Mass|Edema", "No Finding", "Edema"])
    >>> dict(found.labels)
    {'Edema': ('yes', 'no', 'yes'), 'Mass': ('yes', 'no', 'no')}
    >>> in_one_column(["Mass", "Edema"]) is None
    True
    """
    separator = next((mark for mark in SEPARATORS if any(mark in value for value in values)), None)
    if separator is None:
        return None
    parts = [{part.strip() for part in value.split(separator)} for value in values]
    names = sorted({part for row in parts for part in row if part.lower() not in _NOTHING})
    return Findings({name: tuple(PRESENT if name in row else ABSENT for row in parts) for name in names})


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
