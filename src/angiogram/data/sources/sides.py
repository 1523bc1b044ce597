"""Words by which sets name the sides of their split."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from angiogram.data.cases import Split

TRAINING = ("train", "training")
VALIDATION = ("val", "valid", "validation", "dev")
TEST = ("test", "testing")
WORDS = (*TRAINING, *VALIDATION, *TEST)


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


def sides(words: Collection[str]) -> Sides | None:
    """The side of each word; None where one names no side, or all name the same.

    What is tuned is tuned inside the training folds, so that a validation part is training data; where there is no test
    part, it is the one that is judged.

    >>> sides({"Train", "TEST", "val"}).of == {"Train": "train", "TEST": "test", "val": "train"}
    True
    >>> sides({"train", "valid"}).said
    "there is no test part, so that 'valid' is judged"
    >>> sides({"train", "benign"}) is sides({"val"}) is None
    True
    """
    if not all(map(is_side, words)):
        return None
    validation = sorted(word for word in words if word.lower() in VALIDATION)
    tested = any(word.lower() in TEST for word in words)
    of: dict[str, Split] = {
        word: "test" if side_of(word) == "test" or (word in validation and not tested) else "train" for word in words
    }
    if len(set(of.values())) < 2:
        return None
    parts = " and ".join(f"'{word}'" for word in validation)
    judged = f"there is no test part, so that {parts} is judged"
    return Sides(of, (f"{parts} is used for training" if tested else judged) if validation else "")
