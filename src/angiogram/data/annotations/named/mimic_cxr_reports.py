"""MIMIC-CXR: radiology reports, with the images of MIMIC-CXR-JPG (Johnson et al. 2019).

Reports are `files/p10/p10000032/s50414267.txt`, loose, below `mimic-cxr-reports/` or in `mimic-cxr-reports.zip`; images
`files/p10/p10000032/s50414267/DICOM-ID.jpg`. Tables beside them name patient, study, split and view of each image.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import polars as pl

from angiogram.data.annotations.named.reports import reports
from angiogram.data.annotations.named.sections import Sections, sections
from angiogram.data.annotations.named.source import MissingFilesError, NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import read_table
from angiogram.data.annotations.named.there import only_there
from angiogram.data.annotations.table import Annotations
from angiogram.errors import InputError, reason_of

_NAME = "mimic-cxr-reports"
_SPLITS = {"train": "train", "validate": "validation", "test": "test"}
_FRONTAL = ("PA", "AP")  # the better first


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    """One entry a study: its report and its first frontal image."""
    name = "mimic-cxr-2.0.0-{}.csv"
    tables = {kind: needed(folder, f"{name}.gz".format(kind), name.format(kind)) for kind in ("split", "metadata")}
    split = read_table(tables["split"], "dicom_id", "study_id", "subject_id", "split")
    view = read_table(tables["metadata"], "dicom_id", "ViewPosition").unique("dicom_id", keep="first")
    patient, study = pl.format("p{}", "subject_id"), pl.format("s{}", "study_id")
    images = split.join(view, "dicom_id", "left", maintain_order="left").select(
        pl.format("files/{}/{}/{}/{}.jpg", patient.str.head(3), patient, study, "dicom_id").alias("image"),
        patient.alias("group"),
        study.alias("study"),
        pl.col("split").replace(_SPLITS),
        "ViewPosition",
    )
    known = only_there(images, folder, "files")
    frontal = known.rows.filter(pl.col("ViewPosition").is_in(_FRONTAL))
    chosen = frontal.sort(
        pl.col("study"), pl.col("ViewPosition").cast(pl.Enum(_FRONTAL)), pl.col("image")
    ).unique("study", keep="first", maintain_order=True)  # fmt: skip
    written = reports(_with_texts(chosen, folder), _NAME, "chest radiograph")
    studies = known.rows["study"].n_unique()
    lateral = studies - chosen.height
    return Annotations(
        written.entries,
        folder,
        (
            *known.said,
            "Of each study the first frontal image is taken, PA before AP.",
            *((f"Studies without a frontal image, left out: {lateral:,} of {studies:,}.",) if lateral else ()),
            *written.said,
        ),
    )


def _with_texts(studies: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Add `findings` and `impression` of each study; empty where its report is missing."""
    names = studies.select(pl.concat_str(pl.col("image").str.split("/").list.head(4).list.join("/"), pl.lit(".txt")))
    with _texts(folder) as text_of:
        found = [text_of(name) for name in names.to_series()]
    if found and all(text is None for text in found):
        raise MissingFilesError(f"'{folder}' holds none of the reports of its {studies.height:,} studies.")
    parts = [Sections(None, None) if text is None else sections(text) for text in found]
    return studies.with_columns(
        pl.Series(name, [getattr(part, name) for part in parts], pl.String) for name in Sections._fields
    )


@contextmanager
def _texts(folder: Path) -> Generator[Callable[[str], str | None]]:
    """What gives the text of a report by its path; None where there is none."""
    archive = folder / "mimic-cxr-reports.zip"
    apart = folder / "mimic-cxr-reports"
    start = apart if apart.is_dir() else folder
    if not archive.is_file() or apart.is_dir():
        yield lambda name: _text((start / name).read_bytes(), name) if (start / name).is_file() else None
        return
    try:
        with ZipFile(archive) as file:
            held = set(file.namelist())
            yield lambda name: _text(file.read(name), name) if name in held else None
    except BadZipFile as error:
        raise InputError(f"'{archive}' is damaged: {reason_of(error)}.") from error


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"The report '{name}' is not UTF-8 text: {reason_of(error)}.") from error


SOURCE = NamedSource(
    name=_NAME,
    title="Reports of MIMIC-CXR, with the images of MIMIC-CXR-JPG (Johnson et al. 2019)",
    licence="PhysioNet Credentialed Health Data License 1.5.0: not to be passed on",
    get=(
        "Download MIMIC-CXR-JPG and, of MIMIC-CXR, 'mimic-cxr-reports.zip' from PhysioNet (credentialed access): the "
        "folder must hold 'mimic-cxr-2.0.0-split.csv.gz', 'mimic-cxr-2.0.0-metadata.csv.gz', 'files' with 'p10' and so "
        "on, and the zip, which may be unpacked."
    ),
    read=_read,
    tasks=("report",),
    groups="patients, from the tables",
    splits="train, validation, test",
)
