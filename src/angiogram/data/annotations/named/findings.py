"""Findings of which one image may show several, each a column of a published table."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

import polars as pl

from angiogram.data.annotations.named.rows import answer, rows
from angiogram.data.annotations.named.source import Uncertain

PRESENT, ABSENT, UNCERTAIN = 1, 0, -1
NONE = "none of these"
"""The right answer where no finding is there."""


def multi_label(
    frame: pl.LazyFrame, source: str, shown: str, findings: Sequence[str], uncertain: Uncertain
) -> pl.LazyFrame:
    """Entries that ask which of these findings an image shows.

    Args:
        frame: as in `rows`, with a column for each finding that holds 1 (present), 0 (absent), -1 (uncertain) or
            nothing (not mentioned, which is taken for absent).
        source: its name.
        shown: what an image is, such as "chest radiograph".
        findings: the columns.
        uncertain: what becomes of -1.
    """
    taken = {"positive": (PRESENT, UNCERTAIN), "negative": (PRESENT,), "ignore": (PRESENT,)}[uncertain]
    names = [in_words(name) for name in findings]
    present = _those(findings, taken)
    truth = answer(
        labels=present,
        unsure=_those(findings, (UNCERTAIN,) if uncertain == "ignore" else ()),
        options=pl.lit(names),
    )
    said = pl.when(present.list.len() > 0).then(present.list.join(", ")).otherwise(pl.lit(NONE))
    question = f"Which of these findings does the {shown} show: {', '.join(names)}? Name all that apply, or say {NONE}."
    return rows(frame, source, "multi_label", pl.lit(question), said, truth)


def in_words(name: str) -> str:
    """A finding as a person would say it; capitals stay where a word has no others.

    >>> [in_words(name) for name in ("Pleural_Thickening", "Enlarged PA", "Nodule/Mass")]
    ['pleural thickening', 'enlarged PA', 'nodule/mass']
    """
    return " ".join(word if word.isupper() else word.lower() for word in name.replace("_", " ").split())


def _those(findings: Sequence[str], values: Sequence[int]) -> pl.Expr:
    """The findings whose columns hold one of these values, in words, as a list."""

    def holds(name: str) -> pl.Expr:
        return reduce(or_, (pl.col(name) == value for value in values), pl.lit(False))

    return pl.concat_list(pl.when(holds(name)).then(pl.lit(in_words(name))) for name in findings).list.drop_nulls()
