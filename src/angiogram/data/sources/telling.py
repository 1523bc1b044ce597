"""Groups that look like the names of patients."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_HEX = re.compile(r"[a-f]+", re.IGNORECASE)
_LETTERS = 4


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
