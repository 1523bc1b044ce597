"""Findings of which one image may show several, each a column of a published table."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.rows import answer, rows
from angiogram.data.annotations.named.source import Uncertain
from angiogram.errors import InputError

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


def indicators(table: pl.DataFrame, path: Path, findings: Sequence[str]) -> pl.DataFrame:
    """A table of text with the columns of findings as numbers; a cell that is empty stays so.

    Raises:
        InputError: a cell holds something else than 1, 0 and -1.
    """
    number = pl.col(findings).cast(pl.Float64, strict=False)
    strange = (pl.col(findings) != "") & ~number.is_in([float(PRESENT), float(ABSENT), float(UNCERTAIN)]).fill_null(
        False
    )
    for name, values in table.select(pl.col(findings).filter(strange).first()).to_dict(as_series=False).items():
        if values[0] is not None:
            raise InputError(
                f"'{path}' holds '{values[0]}' in the column '{name}', where 1 (present), 0 (absent), -1 (uncertain) "
                "or nothing is known."
            )
    return table.with_columns(number.cast(pl.Int8))


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
