"""Folders of masks, beside the images or the folder of images that they belong to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from angiogram.data.sources.label_images import look
from angiogram.data.sources.mask_names import IMAGES, MaskRule, is_mask_folder, stem_of, without_word

_PAIRED = 0.9  # of a folder's files that another folder has by the same names
_LOOKED_AT = 4
_BESIDE = 6  # folders among which masks may stand by names of their own

Key = tuple[tuple[str, ...], str]
T = TypeVar("T")


def mask_folders(files: Sequence[Path], rule: MaskRule) -> tuple[set[Path], list[Path]]:
    """The files in folders of masks, and the folders that are named so and do not look it.

    A folder whose files have few values is one of masks where it is named so and stands beside images; or where nearly
    all of its files are named as those in the few folders beside it, which are no such pictures (`original`, `GT`).
    What is neither picture nor NIfTI is believed by the folder's name.
    """
    below: dict[Path, list[Path]] = {}
    for file in files:
        for folder in file.parents:
            below.setdefault(folder, []).append(file)
    children: dict[Path, list[Path]] = {}
    for folder in sorted(below):
        children.setdefault(folder.parent, []).append(folder)
    holding = {file.parent for file in files}
    masks: set[Path] = set()
    unlike: list[Path] = []
    for parent, folders in sorted(children.items()):
        if parent in below and not masks.issuperset(below[parent]):
            few = len(folders) <= _BESIDE
            for folder in folders:
                named = is_mask_folder(folder.name)
                if not named and not few:
                    continue
                pairs = _pairs(folder, below[folder], below[parent])
                images = parent in holding or any(each.name.lower() in IMAGES for each in folders)
                if not pairs and not (named and images):
                    continue
                if _holds_masks(below[folder], pairs, named) or (named and rule == "named"):
                    masks |= set(below[folder])
                elif named and pairs:
                    unlike.append(folder)
    return masks, unlike


def _holds_masks(files: Sequence[Path], pairs: Sequence[tuple[Path, Path]], named: bool) -> bool:
    some = _spaced(files)
    looks = {look(file) for file in some}
    if "picture" in looks:
        return False
    if named:
        return True
    return "labels" in looks and all(look(other) == "picture" for _, other in _spaced(pairs))


def _pairs(folder: Path, own: Sequence[Path], around: Sequence[Path]) -> list[tuple[Path, Path]]:
    """The files of a folder with those beside it, but for masks, that have the same names; none where they are few."""
    if len(around) == len(own):
        return []
    others: dict[Key, Path] = {}
    for file in around:
        beside = file.relative_to(folder.parent).parts[:-1]
        if not file.is_relative_to(folder) and not (beside and is_mask_folder(beside[0])):
            others.setdefault(_key(file, folder.parent), file)
    found = [(file, other) for file in own if (other := _other(file, folder, others)) is not None]
    return found if len(own) > 1 and len(found) >= _PAIRED * len(own) else []


def _other(file: Path, folder: Path, others: dict[Key, Path]) -> Path | None:
    inside = file.relative_to(folder).parent.parts
    names = dict.fromkeys(filter(None, (stem_of(file), without_word(file))))
    return next((others[inside, name] for name in names if (inside, name) in others), None)


def _key(file: Path, parent: Path) -> Key:
    """Folders and name below the folder in `parent`, or in `parent` itself."""
    return file.relative_to(parent).parent.parts[1:], stem_of(file)


def _spaced(things: Sequence[T]) -> list[T]:
    """A few, evenly from all."""
    return list(things[:: max(1, len(things) // _LOOKED_AT)])[:_LOOKED_AT]
