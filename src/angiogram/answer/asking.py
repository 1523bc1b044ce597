"""How the question of an annotation is put to a model, in training as in evaluation."""

from collections.abc import Sequence

from angiogram.answer.parse import normalise
from angiogram.data.annotations.entry import Entry

ONE_OF, ALL_OF = "Answer with one of: {}.", "Answer with all that apply of: {}; or with none."


def asked(entry: Entry) -> str:
    """The prompt, with `<image>` where the image stands, if not in front; options that it does not name stand behind,
    unless the entry says that they are not named.

    >>> from angiogram.data.annotations.entry import Answer
    >>> asked(Entry("a", "a.png", "vqa", "Is there fluid?", "no", "ours", Answer(options=("yes", "no"))))
    'Is there fluid? Answer with one of: yes, no.'
    """
    options = entry.answer.options
    if not options or entry.answer.named is False or entry.task in ("calculation", "report", "rec", "reg"):
        return entry.prompt
    return naming(entry.prompt, ALL_OF if entry.task == "multi_label" else ONE_OF, options)


def names_all(prompt: str, options: Sequence[str]) -> bool:
    """Whether a prompt says all that may be answered.

    >>> names_all("Is the heart normal or enlarged?", ["normal", "enlarged"]), names_all("Is it?", ["yes", "no"])
    (True, False)
    """
    said = f" {normalise(prompt)} "
    return all(f" {normalise(option)} " in said for option in options)


def naming(prompt: str, sentence: str, options: Sequence[str]) -> str:
    """The prompt, with a sentence behind it that names the options where the prompt does not."""
    if names_all(prompt, options):
        return prompt
    return f"{prompt.rstrip()} {sentence.format(', '.join(options))}"
