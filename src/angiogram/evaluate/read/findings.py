"""Which of several findings an answer says are there.

A finding beside a negation is never a mention of it: "no effusion" says nothing of an effusion that is there. What a
negation reaches is read from each clause by itself, and where a clause can be read in two ways, the whole answer is
unparsed.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from angiogram.answer.parse import NEGATIONS, normalise
from angiogram.evaluate.read.reading import Reading, unread

NOTHING = (
    "none", "no finding", "no findings", "no abnormality", "no abnormalities", "none of these", "none of the above",
    "none of them", "nothing",
)  # fmt: skip
_CLAUSES = re.compile(r"[.;!?\n]+|\b(?:but|however|although|though|whereas|yet)\b", re.I)
_LISTED = {"or", "nor", "any", "a", "an", "the", "no", "of", "evidence", "sign", "signs", "acute", ","}
_LEADING = {"no", "without", "nor", "neither"}  # negate what follows, whatever stands before
_NEGATING = _LEADING | {"not", "nt", "free", "negative", "absence", "lack", "lacks", "lacking", "denies"}
_INTRODUCING = (_LISTED | {"for", "definite", "visible", "suggestion"}) - {","}
_TRAILING = {"no", "not", "nt", "absent", "negative", "excluded", "ruled"}  # negate what stands before
_SEEN = {
    "is", "are", "seen", "present", "identified", "evident", "visible", "noted", "found", "detected", "observed",
    "shown", "there", "here", "out", "was", "were", "been", "has", "have", "can", "be", "appreciated", "demonstrated",
}  # fmt: skip


def read_findings(text: str, finished: bool, options: Sequence[str]) -> Reading:
    """The findings that an answer says are there.

    Args:
        text: the model's words.
        finished: whether the model ended the answer itself; one that was cut off is unparsed.
        options: all findings that may be said.

    >>> read_findings("Edema and a mass, no effusion.", True, ["edema", "effusion", "mass"]).labels
    ('edema', 'mass')
    >>> read_findings("None", True, ["edema"]).labels, read_findings("Lungs.", True, ["edema"]).status
    ((), 'unparsed')
    """
    said = normalise(text)
    if not finished or not said:
        return unread(text)
    names = {normalise(option): option for option in options}
    pieces = [normalise(piece) for piece in re.split(r",|;|\band\b|\n", text)]
    pieces = [piece for piece in pieces if piece]
    if all(piece in names for piece in pieces):
        return Reading(text, "exact", labels=_in_order({names[piece] for piece in pieces}, options))
    if said in NOTHING:
        return Reading(text, "exact", labels=())
    present: set[str] = set()
    absent: set[str] = set()
    for clause in _CLAUSES.split(text):
        words = " , ".join(map(normalise, clause.split(","))).split()
        if not (mentions := _mentions(words, list(names))):
            continue
        judged = _judged(words, mentions)
        if judged is None:
            return unread(text)
        for name, there in judged:
            (present if there else absent).add(names[name])
    if present & absent or not present | absent:
        return unread(text)
    return Reading(text, "mention", labels=_in_order(present, options))


Mention = tuple[int, int, str]
"""First word, word behind the last, name."""


def _mentions(words: Sequence[str], names: Sequence[str]) -> list[Mention]:
    """Every name that stands in the words, in order; none inside a longer one."""
    found: list[Mention] = []
    for name in names:
        parts = name.split()
        last = len(words) - len(parts)
        found += [(i, i + len(parts), name) for i in range(last + 1) if list(words[i : i + len(parts)]) == parts]
    return sorted(one for one in found if not any(_inside(one, other) for other in found))


def _judged(words: Sequence[str], mentions: Sequence[Mention]) -> list[tuple[str, bool]] | None:
    """(name, whether it is said to be there) for each mention of a clause; None where it can be read in two ways."""
    own = {place for first, end, _ in mentions for place in range(first, end)}
    negations = [place for place, word in enumerate(words) if word in NEGATIONS and place not in own]
    if not negations:
        return [(name, True) for *_, name in mentions]
    first, *others = negations
    before = [mention for mention in mentions if mention[1] <= first]
    after = [mention for mention in mentions if mention[0] > first]
    if after:
        reached = words[first] in (_LEADING if before else _NEGATING) and {words[i] for i in others} <= _LEADING
        introduced = set(words[first + 1 : after[0][0]]) <= _INTRODUCING
        ended = set(words[after[-1][1] :]) <= _SEEN
        if not (reached and introduced and ended and _is_list(words, after)):
            return None
        return [*((name, True) for *_, name in before), *((name, False) for *_, name in after)]
    if len(before) > 1 or words[first] not in _TRAILING or not set(words[before[-1][1] :]) <= _SEEN | _TRAILING:
        return None
    return [(name, False) for *_, name in before]


def _is_list(words: Sequence[str], mentions: Sequence[Mention]) -> bool:
    """Whether the mentions are a list that ends with "or": "a, b or c"; "a, b" may as well be two statements."""
    gaps = [set(words[one[1] : other[0]]) for one, other in pairwise(mentions)]
    joined = not gaps or bool(gaps[-1] & {"or", "nor", "no"})
    return joined and all(gap and gap <= _LISTED for gap in gaps)


def _inside(one: Mention, other: Mention) -> bool:
    return other[0] <= one[0] and one[1] <= other[1] and one[:2] != other[:2]


def _in_order(found: set[str], options: Sequence[str]) -> tuple[str, ...]:
    return tuple(option for option in options if option in found)
