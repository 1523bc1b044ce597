"""What the names of the folders of one level look like."""

import re
from collections.abc import Iterable, Sequence

_NUMBERED = 0.9
_MANY = 30
_RUN, _WORD, _HEX, _NUMBER = (re.compile(text) for text in (r"[^\W\d_]+", r"[^\W\d_]{3,}", "[a-f]+", r"\d+"))
_PERSONS = {"patient", "patients", "pat", "pt", "subject", "subj", "sub", "case", "person", "participant"}
_SCALE = re.compile(
    r"(?<![a-z])(?:grade|stage|class|category|cat|label|type|subtype|degree|density|score|rads|[bptl]i-?rads|cin|kl)"
    r"[ _.-]*\d"
)
_PART = re.compile(
    r"(?<![a-z])(?:part|batch|chunk|shard|fold|subset|images?|imgs?|data|download|archive)(?:[ _.-]*\d+|[ _.-]+[a-z])$"
)
_MEASURE = re.compile(r"\d(?:x|mm|cm|um|\u00b5m|px|kv|t)$")


def numbered(names: Sequence[str]) -> bool:
    """Whether names hold numbers that tell them apart; grades are words, and so are names of which words tell more.

    >>> numbered(["p1", "p2"]), numbered(["benign", "stage 2"]), numbered(["Grade 1", "Grade 2"])
    (True, False, False)
    >>> numbered(["study1_negative", "study1_positive"])
    False
    """
    digits = sum(any(letter.isdigit() for letter in name) for name in names)
    return digits >= _NUMBERED * len(names) and not all(map(_is_grade, names)) and not _told_by_words(names)


def plain_numbers(names: Iterable[str]) -> bool:
    """Whether all names are numbers alone."""
    return all(name.isdecimal() for name in names)


def same_words(names: Sequence[str]) -> bool:
    """Whether numbers and single letters are all that tells these names apart; not where they are grades.

    >>> same_words(["images_001", "images_002"]), same_words(["T1_lesion", "L5_fracture"])
    (True, False)
    """
    return numbered(names) and len({_words(name) for name in names}) == 1


def many(names: Sequence[str]) -> bool:
    """Whether these are more than a set usually has classes."""
    return len(names) > _MANY


def persons(names: Sequence[str]) -> bool:
    """Whether all names say that they are of persons.

    >>> persons(["patient01", "sub-02"]), persons(["p1", "p2"])
    (True, False)
    """
    return all(any(run.lower() in _PERSONS for run in _RUN.findall(name)) for name in names)


def parts(names: Iterable[str]) -> list[str]:
    """The names that sound like a part of what was downloaded.

    >>> parts(["HAM10000_images_part_1", "images_002", "part_b", "images", "benign"])
    ['HAM10000_images_part_1', 'images_002', 'part_b']
    """
    return [name for name in names if _PART.search(name.lower())]


def measures(names: Iterable[str]) -> bool:
    """Whether all names are numbers with a unit, such as magnifications.

    >>> measures(["40X", "100X"]), measures(["p40", "p100"])
    (True, False)
    """
    return all(_MEASURE.search(name.lower()) for name in names)


def _is_grade(name: str) -> bool:
    return bool(_SCALE.search(name.lower()))


def _words(name: str) -> tuple[str, ...]:
    """The words of three letters or more that are not all hexadecimal digits."""
    return tuple(word for word in _WORD.findall(name.lower()) if not _HEX.fullmatch(word))


def _told_by_words(names: Sequence[str]) -> bool:
    """Whether different words stand beside the same number, in a few names."""
    wordings: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for name in names:
        wordings.setdefault(tuple(_NUMBER.findall(name)), set()).add(_words(name))
    wordings.pop((), None)
    return not many(names) and any(len(each) > 1 for each in wordings.values())
