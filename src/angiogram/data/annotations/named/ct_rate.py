"""CT-RATE: chest CT with reports and labels (Hamamci et al. 2024, arXiv 2403.17834).

Version 2, `dataset/train_fixed/train_1/train_1_a/train_1_a_1.nii.gz`, holds Hounsfield units, spacing and orientation
in its files. The first, `dataset/train/...`, kept slope, intercept and geometry in a table alone. That table is still
published beside version 2: who applies it to these files rescales them twice (github.com/ibrahimethemhamamci/CT-CLIP,
issue 50).
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from angiogram.data.annotations.named.findings import indicators, multi_label
from angiogram.data.annotations.named.reports import reports
from angiogram.data.annotations.named.source import MissingFilesError, NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import read_lines, read_table, with_columns
from angiogram.data.annotations.named.there import first_of, only_there
from angiogram.data.annotations.table import Annotations
from angiogram.errors import InputError
from angiogram.imaging.nifti_header import checked_header

_NAME, _SHOWN = "ct-rate", "chest CT"
_VOLUME = "VolumeName"


class _Side(NamedTuple):
    split: str
    volumes: str
    reports: str
    labels: str
    other: str


_SIDES = (
    _Side("train", "train", "train_reports.csv", "train_predicted_labels.csv", "no_chest_train.txt"),
    _Side("validation", "valid", "validation_reports.csv", "valid_predicted_labels.csv", "no_chest_valid.txt"),
)


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    """A report and the labels of each volume that is there."""
    root = folder / "dataset" if (folder / "dataset").is_dir() else folder
    sides = [(side, top) for side in _SIDES if (top := _volumes(root, side)) is not None]
    if not sides:
        raise MissingFilesError(f"'{folder}' holds no dataset/train_fixed and no dataset/valid_fixed.")
    texts = pl.concat(_reports(root, side, top) for side, top in sides)
    other, unsaid = _no_chest(root, [side for side, _ in sides])
    chests = texts.filter(~pl.col(_VOLUME).is_in(other))
    heads = texts.height - chests.height
    known = only_there(chests, root)
    for _, top in sides:
        _refuse_first_version(root, known.rows["image"].filter(known.rows["image"].str.starts_with(f"{top}/")))
    labels = pl.concat((_labels(root, side) for side, _ in sides), how="diagonal")
    findings = [name for name in labels.columns if name != _VOLUME]
    labelled = known.rows.join(labels.unique(_VOLUME, keep="first"), _VOLUME, "inner", maintain_order="left")
    written = reports(known.rows, _NAME, _SHOWN)
    unlabelled = known.rows.height - labelled.height
    return Annotations(
        pl.concat([written.entries, multi_label(labelled.lazy(), _NAME, _SHOWN, findings, uncertain)]),
        root,
        (
            "Values are taken as the files of version 2 hold them, in Hounsfield units: RescaleSlope and "
            "RescaleIntercept of the metadata tables are not applied to them again.",
            *known.said,
            *unsaid,
            *((f"Volumes that show no chest, left out: {heads:,}.",) if heads else ()),
            *written.said,
            *((f"Volumes without labels, which are not asked for: {unlabelled:,}.",) if unlabelled else ()),
            "Labels were predicted from the reports by the authors' classifier, not given by a person.",
            "Reconstructions of one scan share its report and are one study.",
        ),
    )


def _volumes(root: Path, side: _Side) -> str | None:
    """The folder of a side's volumes; the corrected ones where both versions are there."""
    found = first_of(root, (f"{side.volumes}_fixed", side.volumes))
    return None if found is None else found.name


def _reports(root: Path, side: _Side, top: str) -> pl.DataFrame:
    table = read_table(
        needed(root, f"radiology_text_reports/{side.reports}"), _VOLUME, "Findings_EN", "Impressions_EN"
    ).unique(_VOLUME, keep="first", maintain_order=True)  # fmt: skip
    patient, scan = pl.col(_VOLUME).str.extract(r"^(\w+?_\d+)_"), pl.col(_VOLUME).str.extract(r"^(\w+)_\d+\.nii")
    return table.select(
        _VOLUME,
        pl.format("{}/{}/{}/{}", pl.lit(top), patient, scan, _VOLUME).alias("image"),
        patient.alias("group"),
        scan.alias("study"),
        pl.lit(side.split).alias("split"),
        pl.col("Findings_EN").alias("findings"),
        pl.col("Impressions_EN").alias("impression"),
    )


def _labels(root: Path, side: _Side) -> pl.DataFrame:
    path = needed(root, f"multi_abnormality_labels/{side.labels}")
    table = read_table(path)
    findings = [name for name in table.columns if name != _VOLUME]
    return indicators(with_columns(table, path, _VOLUME, *findings), path, findings)


def _no_chest(root: Path, sides: list[_Side]) -> tuple[list[str], tuple[str, ...]]:
    """Names of volumes that the authors list as showing no chest; and what is to be stated without these lists."""
    paths = [root / "metadata" / side.other for side in sides]
    missing = [path.name for path in paths if not path.is_file()]
    names = [Path(line).name for path in paths if path.is_file() for line in read_lines(path)]
    said = f"Volumes that show no chest are not left out: metadata/{' and '.join(missing)} is not in this download."
    return names, (said,) if missing else ()


def _refuse_first_version(root: Path, images: pl.Series) -> None:
    """Look at one volume: the first version's headers hold neither place nor spacing."""
    if images.is_empty():
        return
    path = root / images[0]
    if np.array_equal(np.abs(checked_header(path, str(path)).get_best_affine()), np.eye(4)):
        raise InputError(
            f"'{path}' is of the first version of CT-RATE, whose files hold neither Hounsfield units nor spacing nor "
            "orientation; download train_fixed and valid_fixed instead."
        )


SOURCE = NamedSource(
    name=_NAME,
    title="CT-RATE (Hamamci et al. 2024)",
    licence="CC BY-NC-SA 4.0",
    get=(
        "Download 'ibrahimhamamci/CT-RATE', or some patients of it, from the Hugging Face Hub (its terms must be "
        "accepted): the folder must hold 'dataset' with 'train_fixed' or 'valid_fixed' (with 'train_1' and so on), "
        "'radiology_text_reports', 'multi_abnormality_labels' and 'metadata'."
    ),
    read=_read,
    tasks=("report", "multi_label"),
    groups="patients, from the names of volumes",
    splits="train, validation",
)
