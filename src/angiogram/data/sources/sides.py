"""Words by which sets name the sides of their split."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from angiogram.data.cases import Split

TRAINING = ("train", "training")
VALIDATION = ("val", "valid", "validation", "dev")
TEST = ("test", "testing")
WORDS = (*TRAINING, *VALIDATION, *TEST)
_RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NOTHING = ("set", "sets", "data", "images", "image", "imgs", "img")
"""What stands beside the word of a side and says nothing."""
_JOINED = re.compile(rf"({'|'.join(WORDS)})(?:{'|'.join(_NOTHING)})")


@dataclass(frozen=True)
class Sides:
    """A split in words.

    Attributes:
        of: the side of each word that the set uses.
        said: what a reader must know of it, a clause; empty where training and test are all.
    """

    of: Mapping[str, Split]
    said: str


def is_side(word: str) -> bool:
    """Whether a word names a side, in any case.

    >>> is_side("Valid"), is_side("valve")
    (True, False)
    """
    return word.lower() in WORDS


def side_of(word: str) -> Split | None:
    """The side that a word names where there is a test part; None where it names none.

    >>> side_of("Testing"), side_of("val"), side_of("other")
    ('test', 'train', None)
    """
    return ("test" if word.lower() in TEST else "train") if is_side(word) else None


def side_word(name: str) -> str | None:
    """The one word of a side that a name is or holds; None where it holds none, or several.

    >>> [side_word(name) for name in ("Train", "test_images", "a. Training Set", "valset", "train_val", "contest")]
    ['train', 'test', 'training', 'val', None, None]
    """
    found = {word for word in _runs(name) if word in WORDS}
    return found.pop() if len(found) == 1 else None


def only_sides(names: Collection[str]) -> bool:
    """Whether all names hold the word of a side, and nothing else that tells them apart but numbers.

    >>> only_sides({"train", "ISIC_2019_Test_Input"}), only_sides({"train_benign", "test_malignant"})
    (True, False)
    """
    rests = {tuple(word for word in _runs(name) if word not in (*WORDS, *_NOTHING)) for name in names}
    return all(map(side_word, names)) and len(rests - {()}) <= 1


def sides(names: Collection[str]) -> Sides | None:
    """The side of each name that is or holds a word of one; None where one does not, or all are of the same.

    What is tuned is tuned inside the training folds, so that a validation part is training data; where there is no test
    part, it is the one that is judged.

    >>> sides({"Train", "TEST", "val"}).of == {"Train": "train", "TEST": "test", "val": "train"}
    True
    >>> sides({"train_images", "valid_images"}).said
    "there is no test part, so that 'valid_images' is judged"
    >>> sides({"train", "benign"}) is sides({"val"}) is None
    True
    """
    words = {name: word for name in names if (word := side_word(name)) is not None}
    if len(words) < len(names):
        return None
    validation = sorted(name for name, word in words.items() if word in VALIDATION)
    tested = any(word in TEST for word in words.values())
    of: dict[str, Split] = {
        name: "test" if word in TEST or (word in VALIDATION and not tested) else "train" for name, word in words.items()
    }
    if len(set(of.values())) < 2:
        return None
    parts = " and ".join(f"'{name}'" for name in validation)
    judged = f"there is no test part, so that {parts} is judged"
    return Sides(of, (f"{parts} is used for training" if tested else judged) if validation else "")


def _runs(name: str) -> list[str]:
    """The words of two letters or more, in lower case; "trainset" is "train"."""
    runs = (run.lower() for run in _RUN.findall(name))
    return [joined[1] if (joined := _JOINED.fullmatch(run)) else run for run in runs if len(run) > 1]
