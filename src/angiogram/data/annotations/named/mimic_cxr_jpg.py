"""MIMIC-CXR-JPG: chest radiographs with findings that the CheXpert labeller read from their reports.

Johnson et al., "MIMIC-CXR-JPG", arXiv 1901.07042. `mimic-cxr-2.0.0-chexpert.csv.gz` has a row a study, with 1, 0, -1
(uncertain) or nothing (not mentioned) for each finding, `mimic-cxr-2.0.0-split.csv.gz` a row an image, which lies in
`files/p10/p10000032/s50414267/DICOM_ID.jpg`.
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.chexpert import FINDINGS, NOT_MENTIONED
from angiogram.data.annotations.named.findings import indicators, multi_label
from angiogram.data.annotations.named.source import NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import read_table
from angiogram.data.annotations.named.there import only_there
from angiogram.data.annotations.table import Annotations

_NAME, _TABLE = "mimic-cxr-jpg", "mimic-cxr-2.0.0-{}.csv"
_SIDES = {"train": "train", "validate": "validation", "test": "test"}
_STUDY = ["subject_id", "study_id"]


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    images = read_table(_table(folder, "split"), "dicom_id", *_STUDY, "split")
    path = _table(folder, "chexpert")
    labels = indicators(read_table(path, *_STUDY, *FINDINGS), path, FINDINGS)
    frame = images.join(labels, on=_STUDY, maintain_order="left").with_columns(
        pl.col("split").replace(_SIDES),
        group=pl.format("p{}", "subject_id"),
        study=pl.format("s{}", "study_id"),
    )
    place = pl.format("files/{}/{}/{}/{}.jpg", pl.col("group").str.head(3), "group", "study", "dicom_id")
    known = only_there(frame.with_columns(image=place), folder, "files")
    unlabelled = images.height - frame.height
    left_out = (f"{unlabelled} images are left out, whose reports the labeller could not read.",) if unlabelled else ()
    return Annotations(
        multi_label(known.rows.lazy(), _NAME, "chest radiograph", FINDINGS, uncertain),
        folder,
        (*_STATEMENTS, *left_out, *known.said),
    )


def _table(folder: Path, name: str) -> Path:
    plain = _TABLE.format(name)
    return needed(folder, f"{plain}.gz", plain)


_STATEMENTS = (
    "The findings were read from the reports of whole studies by rules, those of the test part too.",
    NOT_MENTIONED,
)
SOURCE = NamedSource(
    name=_NAME,
    title="MIMIC-CXR-JPG 2.0.0 or 2.1.0 (Johnson et al. 2019)",
    licence="PhysioNet Credentialed Health Data License 1.5.0: not to be passed on",
    get=(
        "Download MIMIC-CXR-JPG from PhysioNet (credentialed access): the folder must hold "
        "'mimic-cxr-2.0.0-split.csv.gz', 'mimic-cxr-2.0.0-chexpert.csv.gz' and 'files' with 'p10' and so on."
    ),
    read=_read,
    uncertain=True,
    tasks=("multi_label",),
    groups="patients, from the tables",
    splits="train, validation, test",
)
