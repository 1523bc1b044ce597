"""Masks among images: pictures of where something is, which no case is made of."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.imaging import nifti
from angiogram.imaging.nifti_header import checked_header
from angiogram.imaging.printable import printable
from angiogram.imaging.raster import read_raster
from angiogram.imaging.read import suffix_of

IMAGES = ("image", "images", "img", "imgs")
MASKS = (
    "mask", "masks", "seg", "segmentation", "segmentations", "gt", "groundtruth", "ground_truth", "annotation",
    "annotations", "contour", "contours", "roi", "rois", "label", "labels",
)  # fmt: skip
_WORD = rf"(?:{'|'.join(sorted(MASKS, key=len, reverse=True))})(?:[ _.-]*\d+)?$"
_SUFFIX = re.compile(rf"(?:^|[ _.-]+){_WORD}", re.IGNORECASE)
_MARKS = " _.-"
_NUMBER = re.compile(r"[ _.-]+\d+$")
_TWO_VALUED = 0.98
_FEW = 128  # structures that one volume tells apart
_HIGHEST = 2**16  # label
_TRIED = 4
_NEAR = 16


def without_masks(files: Sequence[Path]) -> tuple[list[Path], int]:
    """The files that are no masks, and how many were.

    A mask stands in a folder that is named so, beside images or a folder of images; or it is named after another file
    of its folder (`x.png`, `x_mask.png`, `x_mask_1.png`, `x_1_mask.png`; `x_t1.nii.gz`, `x_seg.nii.gz`; `seg.nii.gz`
    beside `ct.nii.gz`), is as large, and has two values only, or as a volume a few. Written as JPEG, some of its pixels
    lie between the two.
    """
    folders = {folder for file in files for folder in file.parents}
    holding = {file.parent for file in files}
    masks: set[Path] = set()
    for folder in folders:
        beside = folder.parent in holding or any(folder.with_name(name) in folders for name in _spelt(folder, folders))
        if folder.name.lower() in MASKS and beside:
            masks |= {file for file in files if file.is_relative_to(folder)}
    rest = [file for file in files if file not in masks]
    named = [file for file in rest if _SUFFIX.search(_stem(file))]
    exact = {(file.parent, _stem(file)): file for file in rest}
    plain: dict[Path, list[Path]] = {}
    for file in sorted(set(rest).difference(named), key=_stem):
        plain.setdefault(file.parent, []).append(file)
    for file in named:
        bases = _bases(file, exact, plain.get(file.parent, []))
        if any(_is_mask(file, base) for base in bases):
            masks.add(file)
    return [file for file in files if file not in masks], len(masks)


def _spelt(folder: Path, folders: set[Path]) -> list[str]:
    """Names of folders beside this one that hold images by their name."""
    return [each.name for each in folders if each.parent == folder.parent and each.name.lower() in IMAGES]


def _stem(file: Path) -> str:
    """The name without its suffix, `.nii.gz` in one piece."""
    return file.name[: len(file.name) - len(suffix_of(file))]


def _bases(file: Path, exact: Mapping[tuple[Path, str], Path], beside: Sequence[Path]) -> list[Path]:
    """The files that this one may be a mask of by its name, the likeliest first.

    Args:
        file: that is named like a mask.
        exact: all files by their folder and stem.
        beside: those of its folder that are not named like masks, in the order of their stems.
    """
    stem = _SUFFIX.sub("", _stem(file))
    if not stem:
        return list(beside[:_TRIED])
    found: list[Path] = []
    for base in filter(None, dict.fromkeys((stem, _NUMBER.sub("", stem)))):
        found += [exact[file.parent, base]] if (file.parent, base) in exact else []
        for start in (f"{base}{mark}" for mark in _MARKS):
            first = bisect_left(beside, start, key=_stem)
            found += [other for other in beside[first : first + _TRIED] if _stem(other).startswith(start)]
    return found


def _is_mask(file: Path, base: Path) -> bool:
    try:
        if suffix_of(file) in nifti.SUFFIXES:
            return suffix_of(base) in nifti.SUFFIXES and _shape(file) == _shape(base) and _few_valued(file)
        mask, image = read_raster(file).pixels, read_raster(base).pixels
    except InputError:
        return False  # it is set aside later, with the reason
    return mask.shape[:2] == image.shape[:2] and two_valued(mask)


def _shape(volume: Path) -> tuple[int, ...]:
    """Of a NIfTI file by its header, without sides of length 1 behind the third."""
    shape = tuple(map(int, checked_header(volume, printable(volume)).get_data_shape()))
    return shape[:3] if all(side == 1 for side in shape[3:]) else shape


def _few_valued(volume: Path) -> bool:
    """Whether a volume holds labels: whole numbers from 0, and few of them."""
    values = nifti.read_volume(volume).array
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= _HIGHEST):
        return False
    seen = np.zeros(int(high) + 1, bool)
    for cut in values.T:
        whole = cut.astype(np.intp)
        if (whole != cut).any():
            return False
        seen[whole] = True
    return int(np.count_nonzero(seen)) <= _FEW


def two_valued(pixels: NDArray[np.uint8]) -> bool:
    """Whether nearly all pixels lie at one of two values, the darkest and the brightest.

    >>> two_valued(np.array([[0, 0, 255], [0, 3, 250]], np.uint8)), two_valued(np.arange(9, dtype=np.uint8) * 20)
    (True, False)
    """
    low, high = int(pixels.min()), int(pixels.max())
    near = (pixels <= low + _NEAR) | (pixels >= high - _NEAR)
    return bool(near.mean() >= _TWO_VALUED) and high - low > 2 * _NEAR
