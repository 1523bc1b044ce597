"""VinDr-CXR: chest radiographs with findings and boxes of radiologists, three apart in training, five together in test.

Nguyen et al., "VinDr-CXR", Scientific Data 9, 2022, arXiv 2012.15029. PhysioNet has `train/ID.dicom` and the like, and
`annotations/` with `image_labels_train.csv` (a row for each image and reader, a column a finding),
`annotations_train.csv` (a row a box) and the same for test, without readers. The challenge on Kaggle has `train.csv`
alone (boxes, and "No finding" without one) and no truth for test; its copies as PNG are smaller, and `train_meta.csv`
says how large the originals were, in whose pixels all boxes are (`dim0` is the height).
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.agreement import LEAST_OVERLAP, Agreement, agreement
from angiogram.data.annotations.named.boxed import AMBIGUOUS, SIDES, boxed
from angiogram.data.annotations.named.findings import ABSENT, PRESENT, UNCERTAIN, in_words, indicators, multi_label
from angiogram.data.annotations.named.radiograph_sizes import with_sizes
from angiogram.data.annotations.named.source import NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import names_in, read_table
from angiogram.data.annotations.named.there import only_there, said_missing
from angiogram.data.annotations.table import Annotations

_NAME, _IMAGE, _READER, _FINDING = "vindr-cxr", "image_id", "rad_id", "class_name"
_NOTHING, _RENAMED = "No finding", {"Other disease": "Other diseases"}  # the test part's heading, the training part's


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    whole = (folder / "annotations").is_dir() or (folder / "annotations_train.csv").is_file()
    entries: list[pl.LazyFrame] = []
    missing = named = alone = 0
    for side in ("train", "test") if whole else ("train",):
        drawn = read_table(_boxes(folder, side))
        votes, findings = _votes(_labels(folder, side)) if whole else _votes_of_boxes(drawn)
        here = _files(folder, side)
        frame = votes.join(here, on=_IMAGE, how="left", maintain_order="left").with_columns(split=pl.lit(side))
        known = only_there(
            frame.with_columns(pl.col("image").fill_null(pl.format(f"{side}/{{}}.dicom", _IMAGE))), folder, side
        )
        missing, named = missing + known.missing, named + known.named
        entries.append(multi_label(known.rows.lazy(), _NAME, "chest radiograph", findings, uncertain))
        lesions = _lesions(drawn)
        placed = lesions.boxes.join(here, on=_IMAGE, maintain_order="left").with_columns(split=pl.lit(side))
        alone += lesions.alone
        entries.append(boxed(with_sizes(placed.lazy(), folder, side), _NAME))
    said = [f"{alone:,} boxes are left out that one radiologist alone drew."] if alone else []
    return Annotations(pl.concat(entries), folder, (*_STATEMENTS, *said, *said_missing(missing, named)))


def _boxes(folder: Path, side: str) -> Path:
    name = f"annotations_{side}.csv"
    return needed(folder, f"annotations/{name}", name, *(("train.csv",) if side == "train" else ()))


def _labels(folder: Path, side: str) -> Path:
    return needed(folder, f"annotations/image_labels_{side}.csv", f"image_labels_{side}.csv")


def _files(folder: Path, side: str) -> pl.DataFrame:
    """The images of a side."""
    names = pl.Series("name", names_in(needed(folder, side)), pl.String)
    stem = pl.col("name").str.replace(r"\.\w+$", "")
    return names.to_frame().select(stem.alias(_IMAGE), pl.format(f"{side}/{{}}", "name").alias("image")).unique(
        _IMAGE, maintain_order=True
    )  # fmt: skip


def _votes(path: Path) -> tuple[pl.DataFrame, list[str]]:
    """What readers said of each finding, which has a column; and the findings."""
    table = read_table(path).rename(_RENAMED, strict=False)
    findings = [name for name in table.columns if name not in (_IMAGE, _READER, _NOTHING)]
    seen = indicators(table, path, findings).group_by(_IMAGE, maintain_order=True)
    return _decided(seen.agg(pl.len().alias("readers"), pl.col(findings).cast(pl.Int64).sum()), findings)


def _votes_of_boxes(drawn: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The same, where each finding has a box of each reader, and "No finding" a row without one."""
    findings = sorted(set(drawn[_FINDING].drop_nulls()) - {_NOTHING})
    reader = pl.col(_READER)
    seen = (reader.filter(pl.col(_FINDING) == name).n_unique().alias(name) for name in findings)
    voted = drawn.group_by(_IMAGE, maintain_order=True).agg(reader.n_unique().alias("readers"), *seen)
    return _decided(voted, findings)


def _decided(voted: pl.DataFrame, findings: list[str]) -> tuple[pl.DataFrame, list[str]]:
    """Present (1) what most readers of an image saw, uncertain (-1) what fewer did, else absent (0)."""
    most = {
        name: pl.when(2 * pl.col(name) > pl.col("readers")).then(PRESENT)
        .when(pl.col(name) > 0).then(UNCERTAIN).otherwise(ABSENT)
        for name in findings
    }  # fmt: skip
    return voted.with_columns(**most), findings


def _lesions(drawn: pl.DataFrame) -> Agreement:
    """The boxes in pixels; those of several readers where two agree."""
    sides = zip(SIDES, ("x_min", "y_min", "x_max", "y_max"), strict=True)
    names = {name: in_words(name) for name in drawn[_FINDING].drop_nulls().unique()}
    boxes = drawn.select(
        _IMAGE, pl.col(_FINDING).replace(names).alias("what"), *([_READER] if _READER in drawn.columns else []),
        *(pl.col(column).cast(pl.Float64, strict=False).alias(side) for side, column in sides),
    ).drop_nulls(SIDES)  # fmt: skip
    return agreement(boxes, [_IMAGE, "what"], _READER) if _READER in drawn.columns else Agreement(boxes, 0)


_STATEMENTS = (
    "In the training part a finding is present where two of three radiologists saw it, and uncertain where one did; in "
    "the test part five radiologists agreed on each.",
    "The box of a lesion in the training part is the mean of the boxes of two radiologists or more that overlap by "
    f"{LEAST_OVERLAP} (intersection over union).",
    AMBIGUOUS,
    "Nothing says which images are of one patient: each is its own group.",
)
SOURCE = NamedSource(
    name=_NAME,
    title="VinDr-CXR (Nguyen et al. 2022)",
    licence="PhysioNet Credentialed Health Data License 1.5.0: not to be passed on",
    get=(
        "Download VinDr-CXR 1.0.0 from PhysioNet (credentialed access): the folder must hold 'annotations', 'train' "
        "and 'test'; or the VinBigData challenge from Kaggle: 'train.csv' and 'train', and for its copies as PNG "
        "'train_meta.csv'."
    ),
    read=_read,
    uncertain=True,
    tasks=("multi_label", "rec", "reg"),
    groups="not known: nothing says which images are of one patient",
    splits="train, test (from PhysioNet only)",
)
