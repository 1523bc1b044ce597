"""Questions with options: closed ones."""

from angiogram.answer.parse import check_names
from angiogram.data.annotations.entry import Entry
from angiogram.data.class_words import one_word_each
from angiogram.errors import InputError
from angiogram.evaluate.read.options import read_option, right_option
from angiogram.evaluate.read.reading import Reading, as_it_stands


def is_closed(entry: Entry) -> bool:
    """Whether the question says all that may be answered."""
    return bool(entry.answer.options)


def is_open(entry: Entry) -> bool:
    """Whether the question leaves the words of the answer free."""
    return not is_closed(entry)


def read(text: str, finished: bool, entry: Entry) -> Reading:
    """The option that a closed question is answered with; of an open one the words."""
    return read_option(text, finished, entry.answer.options) if entry.answer.options else as_it_stands(text)


def unsound(entry: Entry) -> str | None:
    """Options that read the same, or none of which is right."""
    options = entry.answer.options
    if not options:
        return None
    try:
        check_names(one_word_each(options))
    except InputError as error:
        return str(error).removesuffix(".")
    if right_option(entry) is None:
        return f"the target '{entry.target}' is none of the options {', '.join(options)}"
    return None
