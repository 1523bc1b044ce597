"""Which words count as which class."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ClassWords:
    """The words of every class.

    Attributes:
        of: of each class, one at least, the first of which is its name, `[K]`.

    >>> words = ClassWords((("melanoma", "malignant melanoma"), ("naevus",)))
    >>> words.names, words.texts, words.classes
    (('melanoma', 'naevus'), ('melanoma', 'malignant melanoma', 'naevus'), (0, 0, 1))
    """

    of: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the classes are called, `[K]`."""
        return tuple(words[0] for words in self.of)

    @property
    def texts(self) -> tuple[str, ...]:
        """All words, those of one class together, `[W]`."""
        return tuple(text for words in self.of for text in words)

    @property
    def classes(self) -> tuple[int, ...]:
        """The class of each word, `[W]`."""
        return tuple(index for index, words in enumerate(self.of) for _ in words)


def one_word_each(names: Sequence[str]) -> ClassWords:
    """Classes whose names are their only words.

    >>> one_word_each(["cyst", "stone"]).of
    (('cyst',), ('stone',))
    """
    return ClassWords(tuple((name,) for name in names))
