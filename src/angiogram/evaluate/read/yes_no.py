"""Yes or no.

A "no" inside a sentence is a word of the sentence ("there is no effusion" answers "is the lung clear?" with yes), so
that only an answer that begins or ends with the word, set off from the rest, is taken for one.
"""

import re
from collections.abc import Sequence

from angiogram.answer.parse import NEGATIONS, normalise
from angiogram.evaluate.read.reading import Reading, refuses, unread

_MARKS = r"[\s*_\"'`()\[\]]*"
_CALLED = rf"answer(?: is)?{_MARKS}:?{_MARKS}"
_FIRST = re.compile(rf"^{_MARKS}(?:(?:the )?{_CALLED})?(yes|no)\b{_MARKS}(?=[.,;:!?\n\u2013\u2014-]|$)", re.I)
_LAST = re.compile(rf"(?:{_CALLED}|[.,;:!?\n]{_MARKS})(yes|no){_MARKS}[.!]?{_MARKS}$", re.I)
_WORD = re.compile(r"\b(yes|no)\b", re.I)


def is_yes_no(options: Sequence[str]) -> bool:
    """Whether the options are yes and no.

    >>> is_yes_no(["Yes", "no"]), is_yes_no(["yes", "no", "unsure"])
    (True, False)
    """
    return sorted(map(normalise, options)) == ["no", "yes"]


def read_yes_no(text: str, finished: bool, options: Sequence[str]) -> Reading:
    """The one that the answer is, begins with or ends with; unparsed where it says the other one or takes it back.

    An answer that also says that the image cannot be seen, or the question not answered, is refused.

    >>> [read_yes_no(text, True, ["yes", "no"]).label for text in ("No.", "No, it is not.", "There is no fluid")]
    ['no', 'no', None]
    >>> read_yes_no("Yes, there is no fluid", True, ["yes", "no"]).label is None
    True
    """
    own = {normalise(option): option for option in options}
    if (said := normalise(text)) in own:
        return Reading(text, "exact", label=own[said])
    if refuses(text):
        return unread(text)
    first, last = _FIRST.search(text), _LAST.search(text) if finished else None
    found = {match[1].lower() for match in (first, last) if match}
    others = {word.lower() for word in _WORD.findall(text)}
    if (last and _takes_back(text[: last.start(1)])) or len(found) != 1:
        return unread(text)
    if ("yes" in found and "no" in others) or ("no" in found and "yes" in others):
        return unread(text)
    return Reading(text, "mention", label=own[found.pop()])


def _takes_back(before: str) -> bool:
    """Whether what leads to the last word denies it: "the answer is not: no"."""
    sentence = re.split(r"[.;!?\n]", before.rstrip(" \t\n*_\"'`("))[-1]
    words = normalise(sentence).split()
    leading = words if sentence.endswith(":") else words[-1:]
    return bool((NEGATIONS - {"no"}) & set(leading))
