"""What may name a patient: groups that look like names, and columns that hold them."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_HEX = re.compile(r"[a-f]+", re.IGNORECASE)
_LETTERS = 4
_COLUMN = re.compile(
    r"(patient|subject|person|physician|doctor)\W*_?s?\W*_?name|birth|accession|instance_?uid|^mrn$|medical.?record",
    re.IGNORECASE,
)


def is_telling(column: str) -> bool:
    """Whether the values of a column of this name are those of a person, not of an image.

    >>> is_telling("Patient's Name"), is_telling("SeriesInstanceUID"), is_telling("Scanner name")
    (True, True, False)
    """
    return bool(_COLUMN.search(column))


def look_like_names(groups: Iterable[str]) -> bool:
    """Whether some of these hold words that not all of them hold.

    A word has four letters or more that are not all hexadecimal digits, or letters beyond ASCII.

    >>> look_like_names(["patient12", "patient13"]), look_like_names(["3fa9", "beef", "p-12"])
    (False, False)
    >>> look_like_names(["Miller_A", "Jones_B"])
    True
    """
    words = [{word.lower() for word in _WORD.findall(group) if _counts(word)} for group in groups]
    return bool(words) and bool(set[str]().union(*words) - words[0].intersection(*words))


def _counts(word: str) -> bool:
    return not word.isascii() or (len(word) >= _LETTERS and not _HEX.fullmatch(word))
