"""What a classification can ask of an annotation table: each `multi_class` question, and each `multi_label` finding."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from angiogram.data.cases import OPTIONS
from angiogram.data.sources.findings import ABSENT, PRESENT, question

_BETWEEN = r"(?:[\s,;/|]|or|and)+"


@dataclass(frozen=True)
class Question:
    """One classification.

    Attributes:
        name: that a user asks for it by: the finding, or the prompt.
        text: what a model is asked, with `{options}` for the classes.
        classes: in order.
        entries: `id`, `image`, `group`, `split` and `label` of the images that are judged.
    """

    name: str
    text: str
    classes: tuple[str, ...]
    entries: pl.DataFrame


_KEPT = ("id", "image", "group", "split")


def class_questions(entries: pl.DataFrame) -> tuple[Question, ...]:
    """The `multi_class` questions of sound entries: those of one prompt and the same options are one question.

    >>> from angiogram.data.annotations.entry import Answer, Entry, frame_of
    >>> answer = Answer("cyst", options=("cyst", "mass"))
    >>> entries = frame_of([Entry("a", "a.png", "multi_class", "Is it cyst or mass?", "cyst", "ours", answer)])
    >>> [(each.text, each.classes) for each in class_questions(entries.collect())]
    [('Is it {options}?', ('cyst', 'mass'))]
    """
    asked = entries.filter(pl.col("task") == "multi_class").with_columns(
        prompt=_plain(), options=pl.col("answer").struct.field("options").list.unique().list.sort(),
        label=pl.col("answer").struct.field("label"), named=pl.col("answer").struct.field("named").fill_null(True),
    )  # fmt: skip
    return tuple(
        Question(
            str(prompt),
            spoken(str(prompt), classes) if named else str(prompt),
            tuple(classes),
            rows.select(*_KEPT, "label"),
        )
        for (prompt, classes, named), rows in asked.group_by("prompt", "options", "named", maintain_order=True)
        if isinstance(classes, Sequence)
    )


def findings(entries: pl.DataFrame) -> tuple[str, ...]:
    """Names of the findings of `multi_label` entries, in the order in which they are first named."""
    options = entries.filter(pl.col("task") == "multi_label").select(pl.col("answer").struct.field("options"))
    return tuple(options.explode("options").to_series().drop_nulls().unique(maintain_order=True))


def finding(entries: pl.DataFrame, name: str) -> Question:
    """One finding against all else; images of which the source is not sure are not judged.

    Args:
        entries: sound ones.
        name: one of `findings`.
    """
    inner = pl.col("answer").struct.field
    asked = entries.filter(
        (pl.col("task") == "multi_label")
        & inner("options").list.contains(name)
        & ~inner("unsure").list.contains(name).fill_null(False)
    )
    shown = pl.when(inner("labels").list.contains(name)).then(pl.lit(PRESENT)).otherwise(pl.lit(ABSENT))
    return Question(name, question(name), (ABSENT, PRESENT), asked.select(*_KEPT, label=shown))


def spoken(prompt: str, options: Sequence[str]) -> str:
    """The prompt with `{options}` where it lists all options; behind it where it does not.

    >>> spoken("Is the heart normal, large or very large?", ["large", "normal", "very large"])
    'Is the heart {options}?'
    >>> spoken("How large is the heart?", ["large", "normal"])
    'How large is the heart? Answer with one of these: {options}.'
    """
    one = "|".join(re.escape(each) for each in sorted(options, key=len, reverse=True))
    for found in re.finditer(rf"(?<!\w)(?:{one})(?:{_BETWEEN}(?:{one}))+(?!\w)", prompt, re.IGNORECASE):
        if {each.lower() for each in re.findall(one, found[0], re.IGNORECASE)} == {each.lower() for each in options}:
            return f"{prompt[: found.start()]}{OPTIONS}{prompt[found.end() :]}"
    return f"{prompt} Answer with one of these: {OPTIONS}."


def _plain() -> pl.Expr:
    """Prompts without the image's token, which the model's own layout brings."""
    return pl.col("prompt").str.replace_all("<image>", "", literal=True).str.strip_chars()
