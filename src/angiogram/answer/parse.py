"""From the model's words to a class, without guessing."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from angiogram.errors import InputError

# What turns a mention into its opposite or takes it back; whole words of a normalised text.
NEGATIONS = {
    "no", "not", "non", "none", "without", "neither", "nor", "never", "cannot", "nt", "free", "absent", "absence",
    "lack", "lacks", "lacking", "unlikely", "exclude", "excludes", "excluded", "excluding", "rule", "rules", "ruled",
    "ruling", "negative", "deny", "denies", "denied", "unable", "except", "instead", "rather",
    "不", "没", "無", "无", "非", "未",
}  # fmt: skip
_CONTRACTED = re.compile(r"n['\u2019`\u00b4]t\b")
# Scripts that set no spaces between words: each sign is a word of its own.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
_WORDS = re.compile(r"(?:(?<!\S)[-+<>=≤≥]+ ?(?=\d))?\w+(?:[-+<>](?!\w))?")
Status = Literal["exact", "mention", "unparsed"]


@dataclass(frozen=True)
class Parsed:
    """The class named in a text: its index, None when unparsed, and how it was found."""

    label: int | None
    status: Status


def check_names(names: Sequence[str]) -> None:
    """Refuse class names that no answer could tell apart.

    Raises:
        InputError: two names read the same, or one has no letters or digits.
    """
    seen: dict[str, str] = {}
    for name in names:
        key = normalise(name)
        if not key:
            raise InputError(f"The class name '{name}' has no letters or digits; give it a name that can be said.")
        if key in seen:
            raise InputError(f"The class names '{seen[key]}' and '{name}' read the same; rename one of them.")
        seen[key] = name


def parse_answer(text: str, names: Sequence[str], finished: bool = True) -> Parsed:
    """Exact match after normalisation, else the one class that is mentioned; anything else is unparsed.

    A name inside a longer name that is also mentioned does not count as a mention of its own. A mention beside a
    negation ("no pneumonia", "ruled out") or in an answer that was cut off (`finished` false) does not count either:
    what it would have come to is not known.

    >>> parse_answer("Left kidney.", ["left kidney", "liver"])
    Parsed(label=0, status='exact')
    >>> parse_answer("It shows the liver", ["left kidney", "liver"])
    Parsed(label=1, status='mention')
    >>> parse_answer("liver or left kidney", ["left kidney", "liver"])
    Parsed(label=None, status='unparsed')
    >>> parse_answer("This is not the liver", ["left kidney", "liver"])
    Parsed(label=None, status='unparsed')
    """
    said = normalise(text)
    wanted = [normalise(name) for name in names]
    if said in wanted:
        return Parsed(wanted.index(said), "exact")
    if not finished:
        return Parsed(None, "unparsed")
    spans = {i: _spans(name, said) for i, name in enumerate(wanted)}
    longest = {
        i: [s for s in found if not any(_inside(s, t) for j, others in spans.items() if j != i for t in others)]
        for i, found in spans.items()
    }
    mentioned = [i for i, found in longest.items() if found]
    if len(mentioned) != 1 or NEGATIONS & set(_without(said, spans[mentioned[0]]).split()):
        return Parsed(None, "unparsed")
    return Parsed(mentioned[0], "mention")


def normalise(text: str) -> str:
    """Lower case, one form of each letter, words and numbers only, single spaces.

    A sign before a number or behind a word is part of it; "n't" is a word.

    >>> normalise("  The left-kidney! "), normalise("ER+, grade -2"), normalise("It isn't")
    ('the left kidney', 'er+ grade -2', 'it is nt')
    """
    one_form = unicodedata.normalize("NFKC", text).lower()
    spaced = _UNSPACED.sub(r" \1 ", _CONTRACTED.sub(" nt", one_form))
    return " ".join(word.replace(" ", "") for word in _WORDS.findall(spaced))


def _spans(name: str, text: str) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer(rf"(?<!\S){re.escape(name)}(?!\S)", text)]


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


def _inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and span != other
