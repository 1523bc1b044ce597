"""COVID-CT: slices of chest CT out of articles, in two folders, with lists of the split and tables of the patients.

Zhao et al., "COVID-CT-Dataset: a CT scan dataset about COVID-19", arXiv 2003.13865. Lists such as
`Data-split/COVID/trainCT_COVID.txt` name the images; `COVID-CT-MetaInfo.xlsx` (in copies `.csv`) and
`NonCOVID-CT-MetaInfo.csv` name the patients, the former without a suffix of the image in some rows.
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.entry import Side
from angiogram.data.annotations.named.rows import multi_class
from angiogram.data.annotations.named.source import NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import read_lines, read_table, with_columns
from angiogram.data.annotations.named.there import only_there
from angiogram.data.annotations.named.workbook import read_workbook
from angiogram.data.annotations.table import Annotations

_NAME, _CLASSES = "covid-ct", {"COVID": "COVID-19", "NonCOVID": "non-COVID"}
_SIDES: dict[str, Side] = {"train": "train", "val": "validation", "test": "test"}


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    lists = needed(folder, "Data-split", "COVID-CT-master/Data-split")
    root = lists.parent
    images = needed(root, "Images-processed/CT_COVID", "CT_COVID").parent
    listed = [
        (kind, name, split)
        for kind in _CLASSES
        for side, split in _SIDES.items()
        for name in read_lines(needed(lists, f"{kind}/{side}CT_{kind}.txt"))
    ]
    frame = pl.DataFrame(listed, ["kind", "name", "split"], orient="row").with_columns(
        image=pl.format("CT_{}/{}", "kind", "name"), label=pl.col("kind").replace_strict(_CLASSES), stem=_stem("name")
    )
    frame = frame.join(_patients(root), on=["kind", "stem"], how="left", maintain_order="left")
    known = only_there(frame, images)
    unknown = known.rows["group"].null_count()
    said = (f"The tables name no patient of {unknown} of the images; each is its own group.",) if unknown else ()
    return Annotations(
        multi_class(known.rows.lazy(), _NAME, "chest CT image", tuple(_CLASSES.values())),
        images,
        (*_STATEMENTS, *said, *known.said),
    )


def _patients(root: Path) -> pl.DataFrame:
    """Kind and stem of images, and the patient as `group`."""
    path = needed(root, "COVID-CT-MetaInfo.xlsx", "COVID-CT-MetaInfo.csv")
    table = read_workbook(path) if path.suffix == ".xlsx" else read_table(path)
    columns = ("File name", "Patient ID")
    found = [with_columns(table, path, *columns).select(pl.lit("COVID").alias("kind"), *_named(*columns))]
    if (other := root / "NonCOVID-CT-MetaInfo.csv").is_file():
        columns = ("image name", "patient id")
        found.append(read_table(other, *columns).select(pl.lit("NonCOVID").alias("kind"), *_named(*columns)))
    return pl.concat(found).drop_nulls().unique(["kind", "stem"], keep="first", maintain_order=True)


def _named(image: str, patient: str) -> tuple[pl.Expr, pl.Expr]:
    return _stem(image).alias("stem"), pl.format(f"{_NAME} {{}}", pl.col(patient)).alias("group")


def _stem(column: str) -> pl.Expr:
    return pl.col(column).str.replace(r"\.(png|jpe?g)$", "")


_STATEMENTS = ("The images were cut out of articles: they are no full scans, and their grey values are no HU.",)
SOURCE = NamedSource(
    name=_NAME,
    title="COVID-CT, chest CT images from articles about COVID-19 (Zhao et al. 2020)",
    licence="copyright with the authors and publishers of the articles",
    get=(
        "Download the repository 'UCSD-AI4H/COVID-CT' from GitHub and unpack the two zips in 'Images-processed': the "
        "folder must hold 'Images-processed' with 'CT_COVID' and 'CT_NonCOVID', 'Data-split' with 'COVID' and "
        "'NonCOVID', and 'COVID-CT-MetaInfo.xlsx' (or '.csv'); 'NonCOVID-CT-MetaInfo.csv', where you have it, names "
        "the other patients."
    ),
    read=_read,
    tasks=("multi_class",),
    groups="patients, from the tables beside the images",
    splits="train, validation, test",
)
