"""What was counted for each class, and what its spelling cost, as the report shows them."""

from dataclasses import dataclass

from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class CountedWord:
    """One word of a class.

    Attributes:
        text: the word.
        share: of the class's probability, mean over the evaluated cases; null where the word begins with another of the
            class, whose probability holds its own.
    """

    text: str
    share: float | None


@dataclass(frozen=True)
class CountedClass:
    """A class and its words, the first of which is its name."""

    name: str
    words: tuple[CountedWord, ...]


@dataclass(frozen=True)
class Spelling:
    """Names that are spelled as files are, against the same as a person would say them, read in the same passes.

    Attributes:
        names: (as asked for, as said) of each class for which they differ.
        spoken: accuracy of the answer by likelihood with the names as said; the question lists them as before.
        cost: that accuracy minus the one with the names as asked for.
    """

    names: tuple[tuple[str, str], ...]
    spoken: Interval
    cost: Interval


@dataclass(frozen=True)
class Wording:
    """In which words the classes are looked for.

    Attributes:
        counted: every class; empty where each has its name alone.
        spelling: null where no name is spelled as files are.
    """

    counted: tuple[CountedClass, ...] = ()
    spelling: Spelling | None = None
