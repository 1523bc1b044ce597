"""The patient of an image, read from its file name."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from statistics import median

from angiogram.errors import InputError

_USUAL = (
    r"(?:^|/)([^/]*?\d+)[_-]+[^/_-][^/]*$",  # up to the first number: person12_bacteria_3
    r"(?:^|/)([^/]*\d+)[_-][^/\d]*\d+[^/\d]*$",  # up to the last but one: NORMAL2-IM-0011-0001
)
_LEAST_SHARE, _LEAST_SIZE, _MOST_SHARE, _LARGEST = 0.8, 1.2, 0.5, 10


def compiled(pattern: str) -> re.Pattern[str]:
    """`--group-pattern` as a regular expression.

    Raises:
        InputError: it is none.
    """
    try:
        return re.compile(pattern)
    except re.error as error:
        raise InputError(f"--group-pattern '{pattern}' is no regular expression: {error}.") from error


def patient_of(path: str, pattern: re.Pattern[str]) -> str | None:
    r"""What the pattern finds in the path: its groups, joined, or all of it where it has none; None where it fits not.

    >>> patient_of("NORMAL/person12_bacteria_3.jpeg", compiled(r"(person\d+)_")), patient_of("x.png", compiled(r"\d+"))
    ('person12', None)
    """
    found = pattern.search(path)
    if found is None:
        return None
    return "-".join(part for part in found.groups() if part) or found[0]


def grouped(paths: Sequence[str], pattern: str) -> tuple[list[str | None], str]:
    """The patient of each path, and a sentence that says how many there are.

    Raises:
        InputError: the pattern is no regular expression, or fits no path.
    """
    expression = compiled(pattern)
    found = [patient_of(path, expression) for path in paths]
    patients = {each for each in found if each is not None}
    if not patients:
        raise InputError(f"--group-pattern '{pattern}' fits none of the {len(paths)} names.")
    missed = found.count(None)
    rest = f"; it does not fit {missed} of them, each its own group" if missed else ""
    return found, f"Groups are read from the {len(paths)} names by '{pattern}': {len(patients)} of them{rest}."


def proposal(paths: Sequence[str]) -> str:
    """A sentence where names look as if several images were of one patient; else "".

    >>> proposal(["a/person1_1.png", "a/person1_2.png", "b/person2_1.png", "b/person2_2.png"])[:66]
    "Names such as 'person1_1' look like several images of one patient;"
    >>> proposal(["a/image_1.png", "a/image_2.png"])
    ''
    """
    stems = [PurePath(path).stem for path in paths]
    for pattern in _USUAL:
        found = [match for stem in stems if (match := re.search(pattern, stem))]
        sizes = Counter(match[1] for match in found)
        if not found or len(found) < _LEAST_SHARE * len(stems) or len(found) < _LEAST_SIZE * len(sizes):
            continue
        largest = max(sizes.values())
        if largest > _MOST_SHARE * len(found) or largest > _LARGEST * median(sizes.values()):
            continue
        first = next(match for match in found if sizes[match[1]] > 1)
        return (
            f"Names such as '{first.string}' look like several images of one patient; --group-pattern '{pattern}' "
            f"would make {len(sizes)} groups of them."
        )
    return ""
