"""What was read from an answer, and how."""

import re
from dataclasses import dataclass
from typing import Literal

from angiogram.answer.parse import normalise

Status = Literal["exact", "mention", "text", "unparsed", "refused", "empty"]
"""How an answer was read.

exact: it is the answer and nothing else; mention: the answer is the only one in it; text: it is taken as it stands;
unparsed: nothing, or more than one thing, can be read from it; refused: it says that it will not or cannot answer;
empty: it says nothing. The last three are counted as wrong and never guessed.
"""
STATUSES: tuple[Status, ...] = ("exact", "mention", "text", "unparsed", "refused", "empty")
Box = tuple[float, float, float, float]

# Parts of a normalised text. Not to see a finding is an answer, not to see the image is none.
_UNABLE = r"(?:can not|cannot|ca nt|unable to|not able to|wo nt|will not|do nt feel able to)"
_TASKS = (
    r"(?:answer|provide|give|make|help|assist|offer|interpret|analy[sz]e|diagnose|determine|access|comment|assess|tell"
    r"|say|describe|process|perform|do (?:that|this)|fulfil)"
)
_SIGHT = r"(?:see|view|identify|detect|find|read|open|recogni[sz]e)"
_IMAGE = (
    r"(?:(?:the|this|that|any|an|a|your|actual|attached|provided|uploaded|medical|chest) )*"
    r"(?:images?|pictures?|photos?|scans?|x rays?|radiographs?|attachments?|films?)\b"
    r"(?! (?:abnormal|find|feature|evidence|sign|artefact|artifact))"
)
_QUESTION = r"(?:(?:what|which|whether|if)\b|(?:it|this|that)$)"
_SHOWN = r"(?:visible|available|provided|attached|shown|uploaded|loaded|included)\b"
_REFUSALS = re.compile(
    rf"^(i am |i m )?(so |very )?sorry\b|\bas an ai\b"
    rf"|(?:\b(?:i|we) (?:am |m |are |re )?|^){_UNABLE} (?:be able to |actually |directly )?"
    rf"(?:{_TASKS}|{_SIGHT} (?:{_IMAGE}|{_QUESTION}|$))"
    rf"|\b(?:i|we) do (?:not|nt) (?:actually |currently )?(?:see|have|have access to|find|receive) {_IMAGE}"
    rf"|\b{_IMAGE} (?:is|are|was|were) (?:not|nt) {_SHOWN}|\bno {_IMAGE} (?:is |was |were |has been )?{_SHOWN}"
)


@dataclass(frozen=True)
class Reading:
    """An answer as it was read; what its task does not ask for is None.

    Attributes:
        text: the model's words.
        status: how they were read.
        label: the option or name that they say.
        labels: the findings that they say are there.
        box: left, top, right, bottom as shares of width and height.
        value: the number, in the unit that was asked for.
    """

    text: str
    status: Status
    label: str | None = None
    labels: tuple[str, ...] | None = None
    box: Box | None = None
    value: float | None = None

    @property
    def is_read(self) -> bool:
        """Whether there is something to be counted."""
        return self.status in ("exact", "mention", "text")

    @property
    def said(self) -> str:
        """The words that are compared with the target: none of a refusal."""
        return self.text if self.is_read else ""


def unread(text: str) -> Reading:
    """An answer from which nothing could be read: empty, refused or unparsed."""
    if not normalise(text):
        return Reading(text, "empty")
    return Reading(text, "refused" if refuses(text) else "unparsed")


def as_it_stands(text: str, finished: bool = True) -> Reading:
    """A free answer: the words themselves."""
    nothing = unread(text)
    return Reading(text, "text") if nothing.status == "unparsed" else nothing


def refuses(text: str) -> bool:
    """Whether a text declines to answer, in English.

    >>> refuses("I'm sorry, but I cannot help with that."), refuses("I cannot provide a diagnosis.")
    (True, True)
    >>> refuses("I cannot see the image."), refuses("I cannot see an effusion.")
    (True, False)
    """
    return _REFUSALS.search(normalise(text)) is not None
