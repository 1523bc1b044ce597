"""Which of several findings an answer says are there.

A finding beside a negation is never a mention of it: "no effusion" says nothing of an effusion that is there. What a
negation reaches is read from each clause by itself, after the clear pairs of a name and a verdict ("effusion: no",
"Is there effusion? None seen."). Where a clause can be read in two ways, or denies something that it does not name,
the whole answer is unparsed.
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
_CLAUSES = re.compile(r"((?:[;!?:\n]|\.(?!\d))+|\b(?:but|however|although|though|whereas|yet)\b)", re.I)
_DRESS = re.compile(r"[*`\"{}]|^[ \t]*(?:[-\u2022*]|\d+[.)])[ \t]+", re.M)  # bold, JSON, the marks of a list
_SPELT = ((re.compile(r"\bw/o\b", re.I), "without"), (re.compile(r"\bclear of\b", re.I), "free of"))
_PRESENT = r"yes|present|true|positive|seen|1|\+"
_SEEN_AS = r"seen|present|identified|evident|visible|noted|found|detected|observed"
_ABSENT = rf"no|none|nil|absent|false|negative|0|[-\u2212\u2013]|(?:none|not) (?:{_SEEN_AS})"
_PAIR = re.compile(
    rf"(?:^|(?<=[.;,!\n)]))(?P<asked>[^.;,!?:\n()]+)[:?]\s*(?:(?P<open>\()\s*)?(?:(?P<there>{_PRESENT})|{_ABSENT})"
    r"(?(open)\s*\))[ \t]*(?=\.(?!\d)|[;!\n]|$|,[^.;,!?:\n]+[:?]|(?<=\)))",
    re.I,
)
_ASKING = {
    "is", "are", "there", "any", "a", "an", "the", "evidence", "signs", "sign", "of", "seen", "visible", "present",
    "do", "does", "you", "see", "image", "this", "show",
}  # fmt: skip
_SIGNS = re.compile(
    r"\([-+\u2212\u2013]\)|(?<![\w(])[-+\u2212\u2013](?=\s*(?:[,;.\n]|$))|\[[ xX]?\]"
    r"|[\u2610-\u2612\u2705\u2713-\u2718\u274c]"
)
# Words that deny a finding, doubt it or say that it went, beside those that deny any mention.
_DOUBTS = NEGATIONS | {
    "zero", "0", "false", "devoid", "fail", "fails", "failed", "nothing", "nobody", "missing", "gone", "vanished",
    "resolved", "resolves", "resolution", "disappeared", "disappears", "cleared", "clearing", "improbable", "doubtful",
    "doubt", "wrong", "kein", "keine", "keinen", "ohne", "pas", "sans", "sin",
}  # fmt: skip
_HYPOTHETICAL = {"if", "would", "were"}
_VERDICTS = _DOUBTS | {"yes", "true", "1"}  # of something said elsewhere, where the clause names no finding
_LISTED = {"or", "nor", "any", "a", "an", "the", "no", "of", "evidence", "sign", "signs", "acute", ","}
_LEADING = {"no", "without", "nor", "neither"}  # negate what follows, whatever stands before
_NEGATING = _LEADING | {
    "not",
    "nt",
    "free",
    "negative",
    "absence",
    "lack",
    "lacks",
    "lacking",
    "denies",
    "devoid",
    "zero",
    "0",
}
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
    plain = _plain(text)
    marked = "?" in text or _SIGNS.search(plain)
    if not marked and all(piece in names for piece in pieces):
        return Reading(text, "exact", labels=_in_order({names[piece] for piece in pieces}, options))
    if said in NOTHING:
        return Reading(text, "exact", labels=())
    present: set[str] = set()
    absent: set[str] = set()
    pairs, rest = _pairs(plain, list(names))
    clauses = _clauses(rest, list(names))
    if clauses is None:
        return unread(text)
    for name, there in [*pairs, *clauses]:
        (present if there else absent).add(names[name])
    if present & absent or not present | absent:
        return unread(text)
    return Reading(text, "mention", labels=_in_order(present, options))


Mention = tuple[int, int, str]
"""First word, word behind the last, name."""
Judged = list[tuple[str, bool]]
"""Each name, and whether it is said to be there."""


def _plain(text: str) -> str:
    """The text without its dress and with few words for the same."""
    text = _DRESS.sub("", text)
    for pattern, word in _SPELT:
        text = pattern.sub(word, text)
    return text


def _pairs(text: str, names: Sequence[str]) -> tuple[Judged, str]:
    """The clear pairs of one name, or a plain question for it, and a verdict; and the text without them."""
    found: Judged = []

    def take(pair: re.Match[str]) -> str:
        words = normalise(pair["asked"]).split()
        mentions = _mentions(words, names)
        if len(mentions) != 1:
            return pair[0]
        first, end, name = mentions[0]
        if not {*words[:first], *words[end:]} <= _ASKING:
            return pair[0]
        found.append((name, pair["there"] is not None))
        return "\n"

    rest = _PAIR.sub(take, text)
    return found, rest


def _clauses(text: str, names: Sequence[str]) -> Judged | None:
    """What the clauses say; None where one can be read in two ways, asks, or denies what it does not name."""
    if _SIGNS.search(text):
        return None
    found: Judged = []
    pieces = _CLAUSES.split(text)
    for clause, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        words = " , ".join(map(normalise, clause.split(","))).split()
        mentions = _mentions(words, names)
        if not mentions:
            if _VERDICTS & set(words):
                return None
            continue
        judged = _judged(words, mentions)
        if judged is None or set(mark) & set("?:"):
            return None
        found += judged
    return found


def _mentions(words: Sequence[str], names: Sequence[str]) -> list[Mention]:
    """Every name that stands in the words, in order; none inside a longer one."""
    found: list[Mention] = []
    for name in names:
        parts = name.split()
        last = len(words) - len(parts)
        found += [(i, i + len(parts), name) for i in range(last + 1) if list(words[i : i + len(parts)]) == parts]
    return sorted(one for one in found if not any(_inside(one, other) for other in found))


def _judged(words: Sequence[str], mentions: Sequence[Mention]) -> Judged | None:
    """(name, whether it is said to be there) for each mention of a clause; None where it can be read in two ways."""
    own = {place for first, end, _ in mentions for place in range(first, end)}
    if any(word in _HYPOTHETICAL for place, word in enumerate(words) if place not in own):
        return None
    negations = [place for place, word in enumerate(words) if word.lstrip("=") in _DOUBTS and place not in own]
    if not negations:
        return [(name, True) for *_, name in mentions]
    first, *others = negations
    before = [mention for mention in mentions if mention[1] <= first]
    after = [mention for mention in mentions if mention[0] > first]
    if after:
        reached = words[first] in (_LEADING if before else _NEGATING) and {words[i] for i in others} <= _LEADING
        introduced = set(words[first + 1 : after[0][0]]) <= _INTRODUCING
        reached = reached and all(place > after[0][0] for place in others)
        ended = set(words[after[-1][1] :]) <= _SEEN
        if not (reached and introduced and ended and _is_list(words, after)):
            return None
        return [*((name, True) for *_, name in before), *((name, False) for *_, name in after)]
    if (
        len(before) > 1
        or others
        or words[first] not in _TRAILING
        or not set(words[before[-1][1] :]) <= _SEEN | _TRAILING
    ):
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
