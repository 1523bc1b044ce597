"""Targets that a model could not give back word for word, however good it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.tasks.task import evaluated_task


@dataclass(frozen=True)
class Unholdable:
    """A target that the model cannot say.

    Attributes:
        id: of the entry.
        reason: why, a sentence without its full stop.
    """

    id: str
    reason: str


def unholdable(entries: Sequence[Entry], tokenizer: Any) -> tuple[Unholdable, ...]:
    """The entries whose target has signs that the tokenizer loses, or more tokens than an answer may have.

    They are judged all the same.
    """
    found: list[Unholdable] = []
    for entry in entries:
        tokens: list[int] = tokenizer(entry.target, add_special_tokens=False).input_ids
        longest = evaluated_task(entry.task).longest
        if _words(tokenizer.decode(tokens, skip_special_tokens=True)) != _words(entry.target):
            found.append(Unholdable(entry.id, "the tokenizer does not give its target back"))
        elif len(tokens) >= longest:  # the end is a token, too
            found.append(Unholdable(entry.id, f"its target has {len(tokens)} tokens; an answer ends after {longest}"))
    return tuple(found)


def _words(text: str) -> list[str]:
    return text.split()
