"""SLAKE: questions about CT, MRI and radiographs, and boxes of what they show (Liu et al., ISBI 2021).

`train.json`, `validate.json` (on the Hub `validation.json`) and `test.json` hold the questions, in English and Chinese;
`imgs/xmlab12/` holds `source.jpg` and `detection.json`: a list of objects of one name and one box, left, top, width and
height in pixels.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl
from PIL import Image as Pillow

from angiogram.data.annotations.named.boxed import AMBIGUOUS, SIDES, boxed
from angiogram.data.annotations.named.json_list import read_list
from angiogram.data.annotations.named.questions import questions
from angiogram.data.annotations.named.source import NamedSource, Uncertain, needed
from angiogram.data.annotations.named.there import only_there
from angiogram.data.annotations.table import Annotations
from angiogram.errors import InputError, reason_of

_NAME, _LANGUAGE = "slake", "en"
_FILES = {"train": ("train.json",), "validation": ("validate.json", "validation.json"), "test": ("test.json",)}
_FIELDS = ("img_name", "question", "answer", "q_lang", "answer_type", "qid")


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    """The questions in English, and where is what."""
    images = needed(folder, "imgs")
    every = pl.concat(
        read_list(needed(folder, *names), *_FIELDS).with_columns(pl.lit(split).alias("split"))
        for split, names in _FILES.items()
    ).rename({"img_name": "image"})
    placed = every.with_columns(pl.col("image").str.split("/").list.first().alias("group"))
    known = only_there(placed, images)
    english = known.rows.filter(q_lang=_LANGUAGE)
    asked = questions(english, _NAME, pl.col("answer_type").str.to_uppercase() == "CLOSED", "qid")
    boxes = _boxes(known.rows.unique("image", keep="first", maintain_order=True), images)
    return Annotations(
        pl.concat([asked.entries, boxed(boxes.lazy(), _NAME)]),
        images,
        (
            f"Questions in English are taken: {english.height:,} of {known.rows.height:,}.",
            *known.said,
            *asked.said,
            AMBIGUOUS,
            "Patients are unknown: each image is its own group.",
        ),
    )


def _boxes(pictures: pl.DataFrame, images: Path) -> pl.DataFrame:
    """What stands where in each image, sides as shares of its width and height."""
    found: list[dict[str, Any]] = []
    for image, group, split in pictures.select("image", "group", "split").iter_rows():
        path = images / group / "detection.json"
        if not path.is_file():
            continue
        width, height = _size(images / image)
        for name, (x, y, w, h) in _detected(path):
            sides = (x / width, y / height, (x + w) / width, (y + h) / height)
            of_image = {"image": image, "group": group, "split": split, "what": name.strip().lower()}
            found.append(of_image | dict(zip(SIDES, sides, strict=True)))
    text = dict.fromkeys(("image", "group", "split", "what"), pl.String())
    return pl.DataFrame(found, pl.Schema([*text.items(), *((side, pl.Float64()) for side in SIDES)]))


def _detected(path: Path) -> list[tuple[str, list[float]]]:
    try:
        return [
            (name, [float(side) for side in _four(box)])
            for one in json.loads(path.read_bytes())
            for name, box in one.items()
        ]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"'{path}' holds no list of boxes: {reason_of(error)}.") from error


def _four(box: Any) -> Any:
    if len(box) != 4:
        raise ValueError(f"a box has x, y, width and height, not {box}")
    return box


def _size(path: Path) -> tuple[int, int]:
    try:
        with Pillow.open(path) as file:
            return file.size
    except OSError as error:
        raise InputError(f"'{path}' is no readable image: {reason_of(error)}.") from error


SOURCE = NamedSource(
    name=_NAME,
    title="SLAKE (Liu et al. 2021)",
    licence="CC BY 4.0",
    get=(
        "Download SLAKE from its page (med-vqa.com/slake), or 'BoKelvin/SLAKE' from the Hugging Face Hub, and unpack "
        "imgs.zip: the folder must hold 'imgs' with 'xmlab0' and so on, 'train.json', 'validate.json' (or "
        "'validation.json') and 'test.json'."
    ),
    read=_read,
    tasks=("vqa", "rec", "reg"),
    groups="not known: each image is its own group",
    splits="train, validation, test",
)
