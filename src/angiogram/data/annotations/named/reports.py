"""Findings and impressions -> entries that ask for a report."""

from typing import NamedTuple

import polars as pl

from angiogram.data.annotations.named.rows import answer, rows

FINDINGS, IMPRESSION = "findings", "impression"
_NOTHING = ("", "not given.", "not given")  # CT-RATE says so of an impression


class Written(NamedTuple):
    """Entries of reports.

    Attributes:
        entries: one for each report that says something.
        said: how many say nothing, and how many lack a section.
    """

    entries: pl.LazyFrame
    said: tuple[str, ...]


def reports(frame: pl.DataFrame, source: str, shown: str) -> Written:
    """Entries that ask for the sections that a report has, and for no other.

    Args:
        frame: as in `rows`, with `findings` and `impression`, either of which may be empty.
        source: its name.
        shown: what an image is, such as "chest radiograph".
    """
    told = frame.with_columns(_told(FINDINGS), _told(IMPRESSION))
    findings, impression = pl.col(FINDINGS), pl.col(IMPRESSION)
    either = told.filter(findings.is_not_null() | impression.is_not_null())
    both = findings.is_not_null() & impression.is_not_null()
    asked = (
        pl.when(both).then(pl.lit("findings and the impression"))
        .when(findings.is_not_null()).then(pl.lit("findings")).otherwise(pl.lit("impression"))
    )  # fmt: skip
    target = pl.concat_str(
        pl.format("Findings: {}", findings), pl.format("Impression: {}", impression), separator="\n", ignore_nulls=True
    )
    prompt = pl.format(f"Write the {{}} of the report on this {shown}.", asked)
    nothing, partly = told.height - either.height, either.filter(~both).height
    said = (
        *(
            (f"Reports with neither findings nor impression, left out: {nothing:,} of {told.height:,}.",)
            if nothing
            else ()
        ),
        *((f"Reports with one of the two, which alone is asked for: {partly:,}.",) if partly else ()),
    )
    return Written(rows(either.lazy(), source, "report", prompt, target, answer()), said)


def _told(name: str) -> pl.Expr:
    """A section with its blanks and line breaks as single ones; null where it says nothing."""
    plain = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(~plain.str.to_lowercase().is_in(_NOTHING)).then(plain).alias(name)
