"""BUSI: breast ultrasound images with masks of the lesions, in one folder a class.

Al-Dhabyani et al., "Dataset of breast ultrasound images", Data in Brief 28, 2020, 104863. `benign (3).png` has its mask
in `benign (3)_mask.png`, and further lesions in `benign (3)_mask_1.png`, ...; normal images have empty masks.
"""

import re
from pathlib import Path

import numpy as np
import polars as pl

from angiogram.data.annotations.named.boxed import AMBIGUOUS, SIDES, boxed
from angiogram.data.annotations.named.rows import multi_class
from angiogram.data.annotations.named.source import MissingFilesError, NamedSource, Uncertain, needed
from angiogram.data.annotations.named.tables import names_in
from angiogram.data.annotations.named.there import said_missing
from angiogram.data.annotations.table import Annotations
from angiogram.errors import InputError
from angiogram.imaging.raster import read_raster

_NAME, _CLASSES = "busi", ("normal", "benign", "malignant")
_MASK = re.compile(r"(.+)_mask(_\d+)?\.png")
_BRIGHT = 127


def _read(folder: Path, uncertain: Uncertain) -> Annotations:
    root = needed(folder, "benign", "Dataset_BUSI_with_GT/benign").parent
    images: list[tuple[str, str]] = []
    boxes: list[tuple[str, str, *tuple[float, ...]]] = []
    masked: set[str] = set()
    unread = 0
    for label in _CLASSES:
        for name in names_in(root / label):
            if (mask := _MASK.fullmatch(name)) is None:
                images.append((f"{label}/{name}", label))
                continue
            masked.add(f"{label}/{mask[1]}.png")
            try:
                box = _box(root / label / name)
            except InputError:
                unread += 1
                continue
            if box is not None:
                boxes.append((f"{label}/{mask[1]}.png", f"{label} lesion", *box))
    if not images:
        raise MissingFilesError(f"'{root}' holds no images.")
    classes = pl.LazyFrame(images, {"image": pl.String, "label": pl.String}, orient="row")
    lesions = pl.LazyFrame(
        boxes, {"image": pl.String, "what": pl.String, **dict.fromkeys(SIDES, pl.Float64)}, orient="row"
    )
    alone = len(masked - {image for image, _ in images})
    entries = pl.concat([
        multi_class(classes, _NAME, "breast ultrasound image", _CLASSES),
        boxed(lesions.join(classes, on="image", how="semi", maintain_order="left"), _NAME),
    ])  # fmt: skip
    damaged = (f"{unread} masks cannot be read, and give no box.",) if unread else ()
    return Annotations(entries, root, (*_STATEMENTS, *damaged, *said_missing(alone, alone + len(images))))


def _box(mask: Path) -> tuple[float, float, float, float] | None:
    """What a mask encloses, as shares of its width and height; None where it is empty."""
    pixels = read_raster(mask).pixels
    bright = (pixels if pixels.ndim == 2 else pixels.max(axis=2)) > _BRIGHT
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    if not rows.size:
        return None
    height, width = bright.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


_STATEMENTS = (
    "The images are of 600 patients, and neither names nor tables say which are of the same: each image is its own "
    "group.",
    "The box of a lesion encloses all that its mask marks; each mask is one lesion.",
    AMBIGUOUS,
)
SOURCE = NamedSource(
    name=_NAME,
    title="BUSI, breast ultrasound images (Al-Dhabyani et al. 2020)",
    licence="none stated for the images; the article is CC BY 4.0",
    get=(
        "Download 'Dataset_BUSI_with_GT' from the page of Aly Fahmy at Cairo University (or the copy of it on Kaggle) "
        "and unpack it: the folder must hold the folders 'benign', 'malignant' and 'normal' with images and masks."
    ),
    read=_read,
    tasks=("multi_class", "rec", "reg"),
    groups="not known: no table says which images are of one patient",
    splits="none",
)
