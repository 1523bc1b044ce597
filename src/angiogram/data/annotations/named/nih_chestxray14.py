"""NIH ChestX-ray14: chest radiographs with findings mined from reports, and boxes for some.

Wang et al., "ChestX-ray8", CVPR 2017, arXiv 1705.02315. `Data_Entry_2017_v2020.csv` names findings divided by `|`;
`BBox_List_2017.csv` has boxes in pixels of the published PNG files, all of 1024x1024 pixels, not of the originals whose
size the former gives, and calls infiltration "Infiltrate". Images lie in `images/` or, as Kaggle has them, in
`images_001/images/` to `images_012/images/`.
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.boxed import AMBIGUOUS, SIDES, boxed
from angiogram.data.annotations.named.findings import in_words, multi_label
from angiogram.data.annotations.named.source import NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import names_in, read_lines, read_table
from angiogram.data.annotations.named.there import only_there
from angiogram.data.annotations.table import Annotations
from angiogram.errors import InputError, reason_of, unknown

FINDINGS = (
    "Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia", "Pneumothorax",
    "Consolidation", "Edema", "Emphysema", "Fibrosis", "Pleural_Thickening", "Hernia",
)  # fmt: skip
_NAME, _SIDE = "nih-chestxray14", 1024
_KEY, _LABELS, _PATIENT = "Image Index", "Finding Labels", "Patient ID"


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    table = read_table(needed(folder, "Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv"), _KEY, _LABELS, _PATIENT)
    train, test = (read_lines(needed(folder, name)) for name in ("train_val_list.txt", "test_list.txt"))
    found = pl.col(_LABELS).str.split("|")
    for name in table.select(found.explode().unique().sort()).to_series():
        if name not in (*FINDINGS, "No Finding"):
            raise unknown(f"finding of {_NAME}", str(name), FINDINGS)
    frame = table.join(_images(folder), on=_KEY, how="left", maintain_order="left").with_columns(
        *(found.list.contains(name).cast(pl.Int8).alias(name) for name in FINDINGS),
        image=pl.coalesce("image", pl.format("images/{}", _KEY)),
        group=pl.format("nih-{}", _PATIENT),
        split=pl.when(pl.col(_KEY).is_in(test)).then(pl.lit("test"))
        .when(pl.col(_KEY).is_in(train)).then(pl.lit("train")),
    )  # fmt: skip
    known = only_there(frame, folder)
    boxes = _boxes(needed(folder, "BBox_List_2017.csv"))
    placed = boxes.join(known.rows.select(_KEY, "image", "group", "split"), on=_KEY, maintain_order="left")
    entries = pl.concat([
        multi_label(known.rows.lazy(), _NAME, "chest radiograph", FINDINGS, uncertain), boxed(placed.lazy(), _NAME)
    ])  # fmt: skip
    return Annotations(entries, folder, (*_STATEMENTS, *known.said))


def _images(folder: Path) -> pl.DataFrame:
    """Names of image files, and where they lie."""
    places = ["images", *(f"{part}/images" for part in names_in(folder) if part.startswith("images_"))]
    found = [(name, f"{place}/{name}") for place in places for name in names_in(folder / place)]
    return pl.DataFrame(found, {_KEY: pl.String, "image": pl.String}, orient="row").unique(_KEY, maintain_order=True)


def _boxes(path: Path) -> pl.DataFrame:
    """Boxes as shares of the image, with what they are around.

    The heading (`Image Index,Finding Label,Bbox [x,y,w,h],,,`) has more commas than the rows, which are taken by place.
    """
    columns = {_KEY: pl.String, "what": pl.String, **dict.fromkeys("xywh", pl.Float64)}
    try:
        table = pl.read_csv(path, has_header=False, skip_rows=1, schema=columns, truncate_ragged_lines=True)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"'{path}' cannot be read as a table of boxes: {reason_of(error)}.") from error
    x, y, w, h = (pl.col(name) / _SIDE for name in "xywh")
    names = {"Infiltrate": "infiltration", **{name: in_words(name) for name in FINDINGS}}
    sides = dict(zip(SIDES, (x, y, x + w, y + h), strict=True))
    return table.select(_KEY, pl.col("what").str.strip_chars().replace(names), **sides)


_STATEMENTS = (
    "The findings were mined from reports, by their authors' estimate with an accuracy above 90 %; what is not named "
    "is taken for absent.",
    "The set's own list for training and validation is one part, train; it is divided from test by patient.",
    "Boxes were drawn by one radiologist, for 8 findings in 880 images.",
    AMBIGUOUS,
)
SOURCE = NamedSource(
    name=_NAME,
    title="NIH ChestX-ray14 (Wang et al. 2017)",
    licence="free to use; the NIH Clinical Center is to be named and linked, and the article cited",
    get=(
        "Download ChestX-ray14 from the NIH Clinical Center (nihcc.app.box.com), or 'nih-chest-xrays/data' from "
        "Kaggle, and unpack the images: the folder must hold 'Data_Entry_2017_v2020.csv' (or 'Data_Entry_2017.csv'), "
        "'BBox_List_2017.csv', 'train_val_list.txt', 'test_list.txt' and 'images' (or 'images_001/images' and so on)."
    ),
    read=_read,
    tasks=("multi_label", "rec", "reg"),
    groups="patients, from the table",
    splits="train (with validation), test",
)
