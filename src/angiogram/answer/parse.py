"""From the model's words to a class, without guessing."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from angiogram.data.class_words import ClassWords
from angiogram.errors import InputError

# What turns a mention into its opposite or takes it back; whole words of a normalised text.
NEGATIONS = {
    "no", "not", "non", "none", "without", "neither", "nor", "never", "cannot", "nt", "free", "absent", "absence",
    "lack", "lacks", "lacking", "unlikely", "exclude", "excludes", "excluded", "excluding", "rule", "rules", "ruled",
    "ruling", "negative", "deny", "denies", "denied", "unable", "except", "instead", "rather",
    "hardly", "scarcely", "barely",
    "不", "没", "無", "无", "非", "未",
}  # fmt: skip
# What stands before a mention and makes it a measure for something else: "larger than normal".
_TAKES_BACK = re.compile(
    r"\b(?:far from|anything but|(?:opposite|outside|out) (?:of|to|from)|\w+ than|above|below|beyond|outside|exceeds"
    r"|exceeding|too \w+ (?:to be|for))(?: (?:the|a|an|being|called|considered))* $"
)
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


def check_names(words: ClassWords) -> None:
    """Refuse words by which no answer could tell the classes apart.

    Raises:
        InputError: words of two classes read the same, or one has no letters or digits.
    """
    seen: dict[str, tuple[str, int]] = {}
    for name, index in zip(words.texts, words.classes, strict=True):
        key = normalise(name)
        if not key:
            raise InputError(f"The class name '{name}' has no letters or digits; give it a name that can be said.")
        first, of = seen.setdefault(key, (name, index))
        if of != index:
            raise InputError(f"The class names '{first}' and '{name}' read the same; rename one of them.")


def parse_answer(text: str, words: ClassWords, finished: bool = True) -> Parsed:
    """Exact match after normalisation, else the one class that is mentioned; anything else is unparsed.

    Any word of a class names it. A word inside a longer one that is also mentioned does not count. Nor does a mention
    beside a negation ("no pneumonia", "ruled out"), one that something else is held against ("larger than normal") or
    one in an answer that was cut off (`finished` false): what it would have come to is not known.

    >>> organs = ClassWords((("left kidney",), ("liver", "hepatic tissue")))
    >>> parse_answer("Left kidney.", organs)
    Parsed(label=0, status='exact')
    >>> parse_answer("It shows hepatic tissue, the liver", organs)
    Parsed(label=1, status='mention')
    >>> parse_answer("liver or left kidney", organs)
    Parsed(label=None, status='unparsed')
    >>> parse_answer("This is not the liver", organs)
    Parsed(label=None, status='unparsed')
    """
    said = normalise(text)
    wanted = [normalise(word) for word in words.texts]
    if said in wanted:
        return Parsed(words.classes[wanted.index(said)], "exact")
    if not finished:
        return Parsed(None, "unparsed")
    spans = {i: _spans(name, said) for i, name in enumerate(wanted)}
    longest = {
        i: [s for s in found if not any(_inside(s, t) for j, others in spans.items() if j != i for t in others)]
        for i, found in spans.items()
    }
    mentioned = {words.classes[i] for i, found in longest.items() if found}
    if len(mentioned) != 1:
        return Parsed(None, "unparsed")
    (label,) = mentioned
    own = [span for i, found in spans.items() if words.classes[i] == label for span in found]
    if any(_TAKES_BACK.search(said[:start]) for i in longest for start, _ in longest[i]):
        return Parsed(None, "unparsed")
    if NEGATIONS & set(_without(said, own).split()):
        return Parsed(None, "unparsed")
    return Parsed(label, "mention")


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
    """The text without these spans, which may overlap."""
    return "".join(sign for i, sign in enumerate(text) if not any(start <= i < end for start, end in spans))


def _inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and span != other
