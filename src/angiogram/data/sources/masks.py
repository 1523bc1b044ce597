"""Masks among images: pictures of where something is, which no case is made of."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from angiogram.data.sources.counted import counted
from angiogram.data.sources.label_images import look, same_size
from angiogram.data.sources.mask_folders import mask_folders
from angiogram.data.sources.mask_names import MaskRule, stem_of, without_word
from angiogram.imaging.printable import printable

_MARKS = " _.-"
_NUMBER = re.compile(r"[ _.-]+\d+$")
_TRIED = 4


class Masks(NamedTuple):
    """What is an image and what a mask.

    Attributes:
        images: files that are no masks, in their order.
        masks: the others.
        doubts: about files that are named like masks and do not look like any, a sentence each.
    """

    images: list[Path]
    masks: frozenset[Path]
    doubts: tuple[str, ...]


def without_masks(files: Sequence[Path], rule: MaskRule = "auto") -> Masks:
    """Divide files into images and masks.

    A folder is one of masks where it is named so, or pairs with another folder by the names of its files, and its files
    have few values (see `mask_folders`). A file is a mask where it is named after another of its folder (`x.png`,
    `x_mask.png`, `x_mask_1.png`, `x_1_mask.png`; `x_t1.nii.gz`, `x_seg.nii.gz`; `seg.nii.gz` beside `ct.nii.gz`), is as
    large, and has few values.

    Args:
        files: in the order of their paths.
        rule: `auto`, what is named like a mask and does not look like one is a doubt; `certain`, it is a case; `named`,
            it is a mask; `none`, nothing is a mask.
    """
    if rule == "none":
        return Masks(list(files), frozenset(), ())
    masks, unlike = mask_folders(files, rule)
    rest = [file for file in files if file not in masks]
    named = [file for file in rest if without_word(file) is not None]
    exact = {(file.parent, stem_of(file)): file for file in rest}
    plain: dict[Path, list[Path]] = {}
    for file in sorted(set(rest).difference(named), key=stem_of):
        plain.setdefault(file.parent, []).append(file)
    odd: list[Path] = []
    for file in named:
        bases = _bases(file, exact, plain.get(file.parent, []))
        if bases and (rule == "named" or (_looks(file) and any(same_size(file, base) for base in bases))):
            masks.add(file)
        elif bases and look(file) != "unknown":
            odd.append(file)
    images = [file for file in files if file not in masks]
    return Masks(images, frozenset(masks), () if rule == "certain" else (*_odd(odd), *map(_odd_folder, unlike)))


def _looks(file: Path) -> bool:
    return look(file) in ("labels", "blank")


def _bases(file: Path, exact: Mapping[tuple[Path, str], Path], beside: Sequence[Path]) -> list[Path]:
    """The files that this one may be a mask of by its name, the likeliest first.

    Args:
        file: that is named like a mask.
        exact: all files by their folder and stem.
        beside: those of its folder that are not named like masks, in the order of their stems.
    """
    stem = without_word(file)
    if not stem:
        return list(beside[:_TRIED])
    found: list[Path] = []
    for base in filter(None, dict.fromkeys((stem, _NUMBER.sub("", stem)))):
        found += [exact[file.parent, base]] if (file.parent, base) in exact else []
        for start in (f"{base}{mark}" for mark in _MARKS):
            first = bisect_left(beside, start, key=stem_of)
            found += [other for other in beside[first : first + _TRIED] if stem_of(other).startswith(start)]
    return found


_WAYS = "--masks named leaves out what is named so, --masks certain takes it for cases."


def _odd(files: Sequence[Path]) -> list[str]:
    if not files:
        return []
    are = counted(
        len(files), "file is named like a mask of another image", "files are named like masks of other images"
    )
    has = "is of another size or has" if len(files) == 1 else "are of another size or have"
    return [f"{are}, such as '{printable(files[0].name)}', but {has} many values; {_WAYS}"]


def _odd_folder(folder: Path) -> str:
    return f"The folder '{printable(folder.name)}' is named like one of masks, but its files have many values; {_WAYS}"
