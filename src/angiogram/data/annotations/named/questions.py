"""Questions and answers -> entries; those that are closed get the options that they have."""

from typing import NamedTuple

import polars as pl

from angiogram.data.annotations.named.rows import answer, rows

YES_NO = ("yes", "no")


class Asked(NamedTuple):
    """Entries of questions.

    Attributes:
        entries: one for each question.
        said: how many closed ones have no options, and which images of other splits the training split has too.
    """

    entries: pl.LazyFrame
    said: tuple[str, ...]


def questions(frame: pl.DataFrame, source: str, closed: pl.Expr, number: str) -> Asked:
    """Entries that ask these questions.

    Args:
        frame: as in `rows`, with `question` and `answer`.
        source: its name.
        closed: which questions the source calls closed.
        number: the column that tells the questions about one image apart.
    """
    asked = with_options(frame, closed)
    truth = answer(options=pl.col("options"))
    entries = rows(asked.lazy(), source, "vqa", pl.col("question"), pl.col("answer"), truth, pl.col(number))
    without = asked.filter(closed & pl.col("options").is_null()).height
    said = f"Closed questions without options, for no second answer to them is known: {without:,}."
    return Asked(entries, (*((said,) if without else ()), *said_shared(asked)))


def yes_or_no() -> pl.Expr:
    """Which questions are closed by their answer, where the source does not say it otherwise."""
    return _plain("answer").is_in(YES_NO)


def with_options(frame: pl.DataFrame, closed: pl.Expr) -> pl.DataFrame:
    """Add `options`: yes and no where a question is answered so, else the answers that the same question has.

    A closed question to which one answer alone is known gets none: it cannot be told what else might be said.

    >>> asked = pl.DataFrame({"question": ["Fluid?", "CT or MR?", "ct or mr?"], "answer": ["No", "CT", "MR"]})
    >>> with_options(asked, pl.lit(True))["options"].to_list()
    [['yes', 'no'], ['CT', 'MR'], ['CT', 'MR']]
    """
    asked, said = _plain("question"), _plain("answer")
    known = frame.filter(closed).unique([asked.alias("asked"), said.alias("said")], keep="first", maintain_order=True)
    of_question = known.group_by(asked.alias("asked"), maintain_order=True).agg(
        yes_or_no().any().alias("either"), pl.col("answer").str.strip_chars().filter(~yes_or_no()).alias("others")
    )
    joined = frame.with_columns(asked.alias("asked")).join(of_question, "asked", "left", maintain_order="left")
    both = pl.when(pl.col("either")).then(pl.lit(list(YES_NO))).otherwise(pl.lit([], pl.List(pl.String)))
    options = both.list.concat(pl.col("others"))
    several = closed.fill_null(False) & (options.list.len() > 1)
    return joined.with_columns(pl.when(several).then(options).alias("options")).drop("asked", "either", "others")


def said_shared(frame: pl.DataFrame) -> tuple[str, ...]:
    """What is to be stated of images of other splits that the training split has too.

    >>> said_shared(pl.DataFrame({"image": ["a", "a", "b"], "split": ["train", "test", "test"]}))
    ('Images of the test split that are in the train split too, so that answers may have been learnt: 1 of 2.',)
    """
    taught = pl.col("image").is_in(frame.filter(split="train")["image"].implode())
    said: list[str] = []
    for side in ("validation", "test"):
        images = frame.filter(split=side).unique("image")
        if count := images.filter(taught).height:
            said.append(
                f"Images of the {side} split that are in the train split too, so that answers may have been learnt: "
                f"{count:,} of {images.height:,}."
            )
    return tuple(said)


def _plain(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().str.to_lowercase()
