"""VQA-RAD: clinicians' questions about radiological images of MedPix (Lau et al., Scientific Data 2018).

As published (OSF): `VQA_RAD Dataset Public.json` and a folder of images; or as Parquet files from the Hugging Face Hub,
which name neither images nor cases.
"""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.named.held_questions import held_questions, shards
from angiogram.data.annotations.named.json_list import read_list
from angiogram.data.annotations.named.questions import questions
from angiogram.data.annotations.named.source import NamedSource, Uncertain, needed
from angiogram.data.annotations.named.there import first_of, only_there
from angiogram.data.annotations.table import Annotations

_NAME = "vqa-rad"
_PUBLIC = ("VQA_RAD Dataset Public.json", "VQA_RAD_Dataset_Public.json")
_IMAGES = ("VQA_RAD Image Folder", "VQA_RAD_Image_Folder", "images")
_FIELDS = ("qid", "image_name", "image_case_url", "question", "answer", "answer_type", "phrase_type")


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    """All questions, of either form of the download."""
    public = first_of(folder, _PUBLIC)
    if public is None and shards(folder):
        return held_questions(folder, _NAME)
    public, images = public or needed(folder, *_PUBLIC, "data/train-*.parquet"), needed(folder, *_IMAGES)
    test = pl.col("phrase_type").str.starts_with("test_")
    every = read_list(public, *_FIELDS).select(
        "qid", "question", "answer", "answer_type",
        pl.col("image_name").alias("image"),
        pl.col("image_case_url").alias("case"),
        pl.when(test).then(pl.lit("test")).otherwise(pl.lit("train")).alias("split"),
    )  # fmt: skip
    known = only_there(with_case_groups(every), images)
    asked = questions(known.rows, _NAME, pl.col("answer_type").str.to_uppercase() == "CLOSED", "qid")
    patients = "Patients are unknown: images that are linked to one MedPix case are one group."
    return Annotations(asked.entries, images, (*known.said, *asked.said, patients))


def with_case_groups(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `group`: the first image, by name, of those that cases link with a row's own, directly or through others.

    Args:
        frame: with `image` and `case`; an image may be linked to several cases.

    >>> linked = pl.DataFrame({"image": ["a", "b", "b", "c", "d"], "case": ["1", "1", "2", "2", "3"]})
    >>> with_case_groups(linked)["group"].to_list()
    ['a', 'a', 'a', 'a', 'd']
    """
    grouped = frame.with_columns(pl.col("image").alias("group"))
    while True:
        nearest = pl.col("group").min()
        further = grouped.with_columns(nearest.over("case")).with_columns(nearest.over("image"))
        if further["group"].equals(grouped["group"]):
            return further
        grouped = further


SOURCE = NamedSource(
    name=_NAME,
    title="VQA-RAD (Lau et al. 2018)",
    licence="CC0 1.0",
    get=(
        "Download VQA-RAD from the Open Science Framework (osf.io/89kps): the folder must hold "
        "'VQA_RAD Dataset Public.json' and 'VQA_RAD Image Folder'; or 'flaviagiammarino/vqa-rad' from the Hugging Face "
        "Hub: then it must hold 'data' with 'train-*.parquet' and 'test-*.parquet'."
    ),
    read=_read,
    tasks=("vqa",),
    groups="MedPix cases, from the links in the JSON file; of the Parquet files each image",
    splits="train, test (nearly all images of the test split are in the train split as well)",
)
