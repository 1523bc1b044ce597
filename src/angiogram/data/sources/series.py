"""Which files are one case: a file, or all slices of a DICOM series in one folder."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from angiogram.data.sources.salt import salt_of
from angiogram.errors import InputError
from angiogram.imaging.dicom.choose import SeriesRule, listed
from angiogram.imaging.dicom.file import looks_like_dicom
from angiogram.imaging.dicom.patient import patient_group
from angiogram.imaging.dicom.series import files_in, find_stacks, series_of
from angiogram.imaging.dicom.stack import Stack
from angiogram.imaging.printable import printable
from angiogram.imaging.read import DICOM_SUFFIXES, SUFFIXES, suffix_of

_SHOWN = 3


class Joined(NamedTuple):
    """Cases among files.

    Attributes:
        cases: files, and folders in place of the slices in them.
        said: how many are folders, and in how many one of several series is taken; one sentence each.
        doubts: in which the rule leaves several, one sentence each.
    """

    cases: list[Path]
    said: tuple[str, ...]
    doubts: tuple[str, ...]


def is_dicom(path: Path) -> bool:
    """Whether a file is DICOM by its suffix or, where that says nothing, by its first bytes; a folder of slices is."""
    suffix = suffix_of(path)
    return _is_folder(path) or suffix in DICOM_SUFFIXES or (suffix not in SUFFIXES and looks_like_dicom(path))


def _is_folder(path: Path) -> bool:
    """Path.is_dir raises where a table says a sentence in place of a path."""
    return os.path.isdir(path)  # noqa: PTH112 - it answers False where the other raises


def joined_series(files: Sequence[Path], rule: SeriesRule) -> Joined:
    """The cases among files: a folder in place of the slices in it.

    A folder whose DICOM files are no slices, or each of another series, such as radiographs, holds a case a file. What
    stands among slices and is none (dose reports, screens) is left out when the series is read.

    Args:
        files: in the order of their paths.
        rule: that chooses where a folder holds several series or time points.
    """
    found: list[Path] = []
    folders: list[tuple[Stack, ...]] = []
    for folder, inside in _by_folder(files):
        stacks = _stacks([path for path in inside if is_dicom(path)])
        if stacks:
            folders.append(stacks)
            found.append(folder)
            found += [path for path in inside if not is_dicom(path)]
        else:
            found += inside
    said = (f"{len(folders)} cases are DICOM series, each a folder of slices.",) if folders else ()
    return Joined(sorted(found), (*said, *_choices(folders, rule)), _doubts(folders, rule))


def series_doubts(cases: Iterable[Path], rule: SeriesRule) -> tuple[str, ...]:
    """The doubts of cases that are known already, folders among them."""
    folders = [path for path in dict.fromkeys(cases) if _is_folder(path)]
    return _doubts([find_stacks(files_in(path)).stacks for path in folders], rule)


def _by_folder(files: Iterable[Path]) -> list[tuple[Path, list[Path]]]:
    folders: dict[Path, list[Path]] = {}
    for path in files:
        folders.setdefault(path.parent, []).append(path)
    return list(folders.items())


def _stacks(files: Sequence[Path]) -> tuple[Stack, ...]:
    """The stacks of a folder that is one case; none where each file is a case."""
    sizes = Counter(name for path in files if (name := series_of(path)) is not None)
    if max(sizes.values(), default=0) < 2:
        return ()
    stacks = find_stacks(files).stacks
    return stacks if any(len(stack.slices) > 1 for stack in stacks) else ()


def _choices(folders: Sequence[tuple[Stack, ...]], rule: SeriesRule) -> tuple[str, ...]:
    taken = sum(len(stacks) > 1 and len(rule.left(stacks)) == 1 for stacks in folders)
    return (f"In {taken} of these one of several series or time points is taken: {rule}.",) if taken else ()


def _doubts(folders: Sequence[tuple[Stack, ...]], rule: SeriesRule) -> tuple[str, ...]:
    several = [stacks for stacks in folders if len(rule.left(stacks)) > 1]
    doubts = [
        f"A folder holds {listed(stacks, rule)}; say which is meant: --series largest, thinnest, axial, coronal, "
        "sagittal, a number, or several of these one after another."
        for stacks in several[:_SHOWN]
    ]
    if len(several) > _SHOWN:
        doubts.append(f"{len(several) - _SHOWN} more folders of {len(folders)} hold several series or time points.")
    return tuple(doubts)


def patients(cases: Sequence[Path | None], cache: Path) -> list[str | None]:
    """The patient of each DICOM case under a name that says nothing of whom; None for what is no DICOM.

    The names are salted hashes; see `salt`.

    Raises:
        InputError: a folder holds files of several patients, or the cache cannot be written.
    """
    found: list[str | None] = [None] * len(cases)
    for i, path in enumerate(cases):
        if path is None or not is_dicom(path):
            continue
        problem = ""
        try:
            found[i] = patient_group(path, salt_of(cache))
        except InputError as error:
            problem = str(error).replace(f"'{printable(path)}'", f"Case {i + 1} of {len(cases)}, as they are ordered,")
        if problem:  # raised here, so that the exception that has the path is not its context
            raise InputError(problem)
    return found


def patients_said(named: Sequence[str | None]) -> str:
    """How many patients there are, in a sentence."""
    count, rest = len({name for name in named if name}), sum(name is None for name in named)
    more = f"; {rest} cases name none, and are their own groups" if rest else ""
    return f"Groups are the patients of the DICOM files, under names that say nothing: {count}{more}."
