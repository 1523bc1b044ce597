"""One turn of a conversation."""

from dataclasses import dataclass

from angiogram.errors import InputError

LONGEST = 256
"""Most tokens of an answer, where nothing else is said."""


@dataclass(frozen=True)
class Turn:
    """A question and what the model answered.

    Attributes:
        question: as it was asked.
        answer: without control tokens.
        finished: whether the model ended the answer, before the longest length did.
    """

    question: str
    answer: str
    finished: bool


def in_words(question: str) -> str:
    """The question without blanks around it.

    Raises:
        InputError: nothing is left.

    >>> in_words(" Is there fluid? ")
    'Is there fluid?'
    """
    if not (words := question.strip()):
        raise InputError("A question is empty; ask it in words.")
    return words


def check_longest(longest: int) -> None:
    """Refuse answers without a token.

    Raises:
        InputError: names the number.
    """
    if longest < 1:
        raise InputError(f"An answer of at most {longest} tokens says nothing; give 1 or more.")
