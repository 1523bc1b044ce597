"""One of several options, said in words."""

from collections.abc import Sequence

from angiogram.answer.parse import normalise, parse_answer
from angiogram.data.annotations.entry import Entry
from angiogram.data.class_words import one_word_each
from angiogram.evaluate.read.reading import Reading, unread
from angiogram.evaluate.read.yes_no import is_yes_no, read_yes_no


def read_option(text: str, finished: bool, options: Sequence[str]) -> Reading:
    """The option that an answer names: it alone, else its only mention beside which nothing is negated.

    Args:
        text: the model's words.
        finished: whether the model ended the answer itself.
        options: all that may be said.

    >>> read_option("It looks enlarged.", True, ["normal", "enlarged"]).label
    'enlarged'
    >>> read_option("It is not enlarged.", True, ["normal", "enlarged"]).status
    'unparsed'
    """
    if is_yes_no(options):
        return read_yes_no(text, finished, options)
    parsed = parse_answer(text, one_word_each(options), finished)
    if parsed.label is None or parsed.status == "unparsed":
        return unread(text)
    return Reading(text, parsed.status, label=options[parsed.label])


def right_option(entry: Entry) -> str | None:
    """The option that is right: the entry's label, else the option that reads as its target; None where neither is one.

    >>> from angiogram.data.annotations.entry import Answer
    >>> right_option(Entry("a", None, "text_qa", "Is it?", "Yes.", "ours", Answer(options=("yes", "no"))))
    'yes'
    """
    options = entry.answer.options or ()
    if entry.answer.label in options:
        return entry.answer.label
    return next((option for option in options if normalise(option) == normalise(entry.target)), None)
