"""CheXpert: chest radiographs with findings read from reports by rules, and a validation part read by radiologists.

Irvin et al., "CheXpert", AAAI 2019, arXiv 1901.07031. `train.csv` and `valid.csv` name the images
(`CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg`) and have a column a finding: 1, 0, -1 (uncertain) or
nothing (not mentioned). The paper's losses know y = 0, 1 and u, with what is not mentioned among the zeros.
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.entry import Side
from angiogram.data.annotations.named.findings import indicators, multi_label
from angiogram.data.annotations.named.source import NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import read_table
from angiogram.data.annotations.named.there import only_there
from angiogram.data.annotations.table import Annotations

FINDINGS = (
    "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema", "Consolidation", "Pneumonia",
    "Atelectasis", "Pneumothorax", "Pleural Effusion", "Pleural Other", "Fracture", "Support Devices",
)  # fmt: skip
"""The observations of the CheXpert labeller but "No Finding", which is that none of them is there."""
NOT_MENTIONED = (
    "A finding that the report does not mention (an empty cell) is taken for absent; 'No Finding' is no option: it is "
    "the empty answer."
)
_NAME = "chexpert"
_SIDES: dict[str, Side] = {"train": "train", "valid": "validation"}


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    root = needed(folder, *(f"{inner}train.csv" for inner in ("", "CheXpert-v1.0-small/", "CheXpert-v1.0/"))).parent
    found: list[pl.DataFrame] = []
    for side, split in _SIDES.items():
        path = needed(root, f"{side}.csv")
        table = indicators(read_table(path, "Path", *FINDINGS), path, FINDINGS)
        found.append(table.with_columns(split=pl.lit(split), image=pl.col("Path").str.extract(rf"({side}/.*)$")))
    frame = pl.concat(found).with_columns(
        group=pl.col("image").str.extract(r"(patient\d+)"),
        study=pl.col("image").str.extract(r"(patient\d+/study\d+)"),
    )
    known = only_there(frame, root)
    entries = multi_label(known.rows.lazy(), _NAME, "chest radiograph", FINDINGS, uncertain)
    return Annotations(entries, root, (*_STATEMENTS, *known.said))


_STATEMENTS = (
    "The findings of the training part were read from the reports of whole studies by rules; those of the validation "
    "part are what most of three radiologists saw.",
    NOT_MENTIONED,
)
SOURCE = NamedSource(
    name=_NAME,
    title="CheXpert (Irvin et al. 2019)",
    licence="Stanford University Dataset Research Use Agreement: research only, not to be passed on",
    get=(
        "Download CheXpert-v1.0-small from Kaggle, or CheXpert from Stanford AIMI and put its batches into one folder: "
        "it must hold 'train.csv', 'valid.csv' and the folders 'train' and 'valid' with 'patient00001' and so on."
    ),
    read=_read,
    uncertain=True,
    tasks=("multi_label",),
    groups="patients, from the paths",
    splits="train, validation",
)
