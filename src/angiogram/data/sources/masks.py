"""Masks among images: pictures of where something is, which no case is made of."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.imaging.raster import read_raster

IMAGES = ("image", "images", "img", "imgs")
MASKS = (
    "mask", "masks", "seg", "segmentation", "segmentations", "gt", "groundtruth", "ground_truth", "annotation",
    "annotations", "contour", "contours", "roi", "rois",
)  # fmt: skip
_SUFFIX = re.compile(rf"[ _.-]+(?:{'|'.join(sorted(MASKS, key=len, reverse=True))})(?:[ _.-]*\d+)?$", re.IGNORECASE)
_NUMBER = re.compile(r"[ _.-]+\d+$")
_TWO_VALUED = 0.98
_NEAR = 16


def without_masks(files: Sequence[Path]) -> tuple[list[Path], int]:
    """The files that are no masks, and how many were.

    A mask stands in a folder that is named so, beside images or a folder of images; or it is named after another file
    of its folder (`x.png`, `x_mask.png`, `x_mask_1.png`, `x_1_mask.png`), is as large, and has two values only. Written
    as JPEG, some of its pixels lie between the two.
    """
    folders = {folder for file in files for folder in file.parents}
    holding = {file.parent for file in files}
    masks: set[Path] = set()
    for folder in folders:
        beside = folder.parent in holding or any(folder.with_name(name) in folders for name in _spelt(folder, folders))
        if folder.name.lower() in MASKS and beside:
            masks |= {file for file in files if file.is_relative_to(folder)}
    known = {file.with_suffix("") for file in files}
    named = {file: base for file in files if file not in masks and (base := _named_after(file, known)) is not None}
    of_base = {file.with_suffix(""): file for file in files if file not in named}
    masks |= {file for file, base in named.items() if base in of_base and _is_mask(file, of_base[base])}
    return [file for file in files if file not in masks], len(masks)


def _spelt(folder: Path, folders: set[Path]) -> list[str]:
    """Names of folders beside this one that hold images by their name."""
    return [each.name for each in folders if each.parent == folder.parent and each.name.lower() in IMAGES]


def _named_after(file: Path, known: set[Path]) -> Path | None:
    """The file, without its suffix, that this one is a mask of by its name."""
    stem, cut = _SUFFIX.subn("", file.stem)
    if not cut:
        return None
    bases = (file.with_name(stem), file.with_name(_NUMBER.sub("", stem)))
    return next((base for base in bases if base.name and base in known), None)


def _is_mask(file: Path, base: Path) -> bool:
    try:
        mask, image = read_raster(file).pixels, read_raster(base).pixels
    except InputError:
        return False  # it is set aside later, with the reason
    return mask.shape[:2] == image.shape[:2] and two_valued(mask)


def two_valued(pixels: NDArray[np.uint8]) -> bool:
    """Whether nearly all pixels lie at one of two values, the darkest and the brightest.

    >>> two_valued(np.array([[0, 0, 255], [0, 3, 250]], np.uint8)), two_valued(np.arange(9, dtype=np.uint8) * 20)
    (True, False)
    """
    low, high = int(pixels.min()), int(pixels.max())
    near = (pixels <= low + _NEAR) | (pixels >= high - _NEAR)
    return bool(near.mean() >= _TWO_VALUED) and high - low > 2 * _NEAR
