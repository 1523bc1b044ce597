"""Class names as a person would say them: what a file system spells is not what a model should be asked."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from angiogram.data.class_words import ClassWords

_COUNT_BEFORE = re.compile(r"^(?:[a-z]\d+|[A-Za-z]?0\d*)[ _.-]+(?=[^\W\d_]{2})")
_NUMBER_BEFORE = re.compile(r"^\d+[ _.-]+(?=[^\W\d_]{2})")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})|(?<=[a-z]{2})(?=[A-Z]{2})")
_DASH = re.compile(r"(?<=[^\W\d_]{2})-(?=[^\W\d_]{2})")
_INNER = re.compile(r"(?<= )[A-Z](?=[a-z]+(?: |$))")
_SHOUTED, _LONG = re.compile(r"\b[A-Z]{6,}\b"), re.compile(r"\b[A-Z]{5,}\b")


def as_words(name: str, counted: bool = True) -> str:
    """Underscores, dashes between words and capitals inside one become blanks; numbers in front go.

    A capital with a number in front stays, which means something (a vertebra, a stage), but where the number begins
    with 0. Dashes beside a digit or a single letter stay, and capitals of short words, which may be an abbreviation.

    Args:
        name: as a folder or a table spells it.
        counted: whether a number in front only counts; where not, it stays, but with a letter before it or with a 0.

    >>> [as_words(name) for name in ("left_kidney", "n02_atypical-mole", "NonCOVID", "COVID-19", "PNEUMONIA", "x-ray")]
    ['left kidney', 'atypical mole', 'Non COVID', 'COVID-19', 'pneumonia', 'x-ray']
    >>> as_words("leftKidney"), as_words("01_NORMAL"), as_words("VIRAL PNEUMONIA"), as_words("CT_NonCOVID")
    ('left kidney', 'normal', 'viral pneumonia', 'CT non COVID')
    >>> as_words("L5_fracture"), as_words("1_benign"), as_words("3_vessel_disease", counted=False)
    ('L5 fracture', 'benign', '3 vessel disease')
    """
    plain = _COUNT_BEFORE.sub("", name)
    words = _DASH.sub(" ", (_NUMBER_BEFORE.sub("", plain) if counted else plain).replace("_", " "))
    parted = _CAMEL.sub(" ", words)
    if parted != words:
        parted = _INNER.sub(lambda letter: letter[0].lower(), parted)
    if _SHOUTED.search(parted):
        parted = _LONG.sub(lambda word: word[0].lower(), parted)
    return " ".join(parted.split()) or name


def spoken(names: Sequence[str]) -> Mapping[str, str]:
    """The words of each class; a name stays as it is where two would have the same words.

    A number in front counts the classes only where all have one.

    >>> dict(spoken(["left_kidney", "n1_cyst", "n2_cyst"]))
    {'left_kidney': 'left kidney', 'n1_cyst': 'n1_cyst', 'n2_cyst': 'n2_cyst'}
    >>> dict(spoken(["3_vessel_disease", "normal"]))["3_vessel_disease"]
    '3 vessel disease'
    """
    counted = all(map(_NUMBER_BEFORE.match, names))
    words = {name: as_words(name, counted) for name in names}
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
