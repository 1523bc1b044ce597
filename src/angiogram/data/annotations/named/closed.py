"""Closed questions: those whose right answer is one of a few, which are their options."""

import polars as pl

YES_NO = ("yes", "no")


def with_options(frame: pl.DataFrame, closed: pl.Expr) -> pl.DataFrame:
    """Add `options`: yes and no where a question is answered so, else the answers that the same question has.

    A closed question to which one answer alone is known gets none: it cannot be told what else might be said.

    Args:
        frame: with `question` and `answer`.
        closed: which questions the source calls closed.

    >>> asked = pl.DataFrame({"question": ["Fluid?", "CT or MR?", "ct or mr?"], "answer": ["No", "CT", "MR"]})
    >>> with_options(asked, pl.lit(True))["options"].to_list()
    [['yes', 'no'], ['CT', 'MR'], ['CT', 'MR']]
    """
    asked, said = _plain("question"), _plain("answer")
    yes_or_no = said.is_in(YES_NO)
    known = frame.filter(closed).unique([asked.alias("asked"), said.alias("said")], keep="first", maintain_order=True)
    of_question = known.group_by(asked.alias("asked"), maintain_order=True).agg(
        yes_or_no.any().alias("either"), pl.col("answer").str.strip_chars().filter(~yes_or_no).alias("others")
    )
    joined = frame.with_columns(asked.alias("asked")).join(of_question, "asked", "left", maintain_order="left")
    both = pl.when(pl.col("either")).then(pl.lit(list(YES_NO))).otherwise(pl.lit([], pl.List(pl.String)))
    options = both.list.concat(pl.col("others"))
    several = closed.fill_null(False) & (options.list.len() > 1)
    return joined.with_columns(pl.when(several).then(options).alias("options")).drop("asked", "either", "others")


def yes_or_no() -> pl.Expr:
    """Which questions are closed by their answer, where the source does not say it otherwise."""
    return _plain("answer").is_in(YES_NO)


def said_open(frame: pl.DataFrame, closed: pl.Expr) -> tuple[str, ...]:
    """What is to be stated of closed questions without options."""
    count = frame.filter(closed & pl.col("options").is_null()).height
    if not count:
        return ()
    return (f"Closed questions without options, for no second answer to them is known: {count:,}.",)


def _plain(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().str.to_lowercase()
