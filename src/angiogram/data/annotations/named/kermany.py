"""Kermany: chest radiographs of children, in folders `train/NORMAL`, `test/PNEUMONIA`, ...

Kermany et al., "Identifying medical diagnoses and treatable diseases by image-based deep learning", Cell 172, 2018. The
patient stands in the names: `person12_bacteria_3.jpeg`, `IM-0115-0001.jpeg`, `NORMAL2-IM-0123-0001.jpeg`; in version 3
of the download `BACTERIA-40699-0001.jpeg`.
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.entry import Side
from angiogram.data.annotations.named.rows import multi_class
from angiogram.data.annotations.named.source import MissingFilesError, NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import names_in
from angiogram.data.annotations.table import Annotations

_NAME, _CLASSES = "kermany", ("normal", "pneumonia")
_SIDES: dict[str, Side] = {"train": "train", "val": "validation", "test": "test"}
_PATIENT = r"^(person\d+_[a-z]+|(?:NORMAL2-)?IM-\d+|(?:NORMAL|BACTERIA|VIRUS)-\d+)"


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    root = needed(folder, "train", "chest_xray/train").parent
    found = [
        (f"{side}/{label.upper()}/{name}", name, label, split)
        for side, split in _SIDES.items()
        for label in _CLASSES
        for name in names_in(root / side / label.upper())
    ]
    if not found:
        raise MissingFilesError(f"'{root}' holds no images in 'train/NORMAL' and the like.")
    frame = pl.DataFrame(found, ["image", "name", "label", "split"], orient="row").with_columns(
        group=pl.col("name").str.extract(_PATIENT)
    )
    strange = frame["group"].null_count()
    unnamed = (f"{strange} of the names say no patient; each of these images is its own group.",) if strange else ()
    entries = multi_class(frame.lazy(), _NAME, "chest radiograph", _CLASSES)
    return Annotations(entries, root, (*_STATEMENTS, *unnamed))


_STATEMENTS = (
    "All images are of children of one to five years, from one hospital.",
    "Patients are read from the names. Persons are counted within bacteria and within viruses: person1_bacteria and "
    "person1_virus are taken for two patients, since one count for both would put many patients on both sides of the "
    "set's own split.",
)
SOURCE = NamedSource(
    name=_NAME,
    title="Chest X-ray images of Kermany et al. 2018",
    licence="CC BY 4.0",
    get=(
        "Download 'ChestXRay2017.zip' from Mendeley Data (10.17632/rscbjbr9sj), or 'chest-xray-pneumonia' from Kaggle, "
        "and unpack it: the folder must hold 'train' and 'test', each with the folders 'NORMAL' and 'PNEUMONIA'."
    ),
    read=_read,
    tasks=("multi_class",),
    groups="patients, from the file names",
    splits="train, validation (16 images, in the copy of Kaggle only), test",
)
