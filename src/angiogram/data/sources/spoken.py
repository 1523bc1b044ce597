"""Class names as a person would say them: what a file system spells is not what a model should be asked."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from angiogram.data.class_words import ClassWords

_NUMBER_BEFORE = re.compile(r"^(?:[A-Za-z]?\d+)[ _.-]+(?=[^\W\d_]{2})")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[a-z]{2})(?=[A-Z]{2})")
_DASH = re.compile(r"(?<=[^\W\d_]{2})-(?=[^\W\d_]{2})")
_INNER = re.compile(r"(?<= )[A-Z](?=[a-z]+(?: |$))")
_SHOUTED, _LONG = re.compile(r"\b[A-Z]{6,}\b"), re.compile(r"\b[A-Z]{5,}\b")


def as_words(name: str) -> str:
    """Underscores, dashes between words and capitals inside one become blanks; numbers in front go.

    Dashes beside a digit or a single letter stay, and capitals of short words, which may be an abbreviation.

    >>> [as_words(name) for name in ("left_kidney", "n02_atypical-mole", "NonCOVID", "COVID-19", "PNEUMONIA", "x-ray")]
    ['left kidney', 'atypical mole', 'Non COVID', 'COVID-19', 'pneumonia', 'x-ray']
    >>> as_words("leftKidney"), as_words("01_NORMAL"), as_words("VIRAL PNEUMONIA"), as_words("CT_NonCOVID")
    ('left kidney', 'normal', 'viral pneumonia', 'CT non COVID')
    """
    words = _DASH.sub(" ", _NUMBER_BEFORE.sub("", name).replace("_", " "))
    parted = _CAMEL.sub(" ", words)
    if parted != words:
        parted = _INNER.sub(lambda letter: letter[0].lower(), parted)
    if _SHOUTED.search(parted):
        parted = _LONG.sub(lambda word: word[0].lower(), parted)
    return " ".join(parted.split()) or name


def spoken(names: Sequence[str]) -> Mapping[str, str]:
    """The words of each class; a name stays as it is where two would have the same words.

    >>> dict(spoken(["left_kidney", "n1_cyst", "n2_cyst"]))
    {'left_kidney': 'left kidney', 'n1_cyst': 'n1_cyst', 'n2_cyst': 'n2_cyst'}
    """
    words = {name: as_words(name) for name in names}
    often = Counter(text.lower() for text in words.values())
    return {name: text if often[text.lower()] == 1 else name for name, text in words.items()}


def as_spoken(words: ClassWords) -> ClassWords | None:
    """The same classes with each name as a person would say it; None where none would be said otherwise.

    A name stays where what would be said is another word already.

    >>> as_spoken(ClassWords((("left_kidney", "kidney"), ("liver",))))
    ClassWords(of=(('left kidney', 'kidney'), ('liver',)))
    >>> as_spoken(ClassWords((("left_kidney", "left kidney"), ("liver",)))) is None
    True
    """
    names = spoken(words.names)
    said = [name if names[name] in words.texts else names[name] for name in words.names]
    made = ClassWords(tuple((name, *each[1:]) for name, each in zip(said, words.of, strict=True)))
    return None if made == words else made
