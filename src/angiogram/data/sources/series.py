"""What stands in DICOM files that a set names: several series or time points, and patients."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from angiogram.data.sources.counted import counted
from angiogram.data.sources.salt import salt_of
from angiogram.errors import InputError
from angiogram.imaging.dicom.choose import SeriesRule, listed
from angiogram.imaging.dicom.decode import frames
from angiogram.imaging.dicom.file import looks_like_dicom, read_tags
from angiogram.imaging.dicom.patient import patient_group
from angiogram.imaging.dicom.series import files_in, find_stacks
from angiogram.imaging.dicom.stack import Stack
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.printable import printable
from angiogram.imaging.read import DICOM_SUFFIXES, SUFFIXES, suffix_of

_SHOWN = 3


def is_dicom(path: Path) -> bool:
    """Whether a file is DICOM by its suffix or, where that says nothing, by its first bytes; a folder of slices is."""
    suffix = suffix_of(path)
    return _is_folder(path) or suffix in DICOM_SUFFIXES or (suffix not in SUFFIXES and looks_like_dicom(path))


def _is_folder(path: Path) -> bool:
    """Path.is_dir raises where a table says a sentence in place of a path."""
    return os.path.isdir(path)  # noqa: PTH112 - os.path.isdir answers False where Path.is_dir raises


class Several(NamedTuple):
    """The series or time points of a case that holds more than one.

    Attributes:
        listed: what they are, as `choose.listed` says it.
        left: how many the rule leaves.
    """

    listed: str
    left: int


def several_of(stacks: Sequence[Stack], rule: SeriesRule) -> Several | None:
    """What a doubt needs of them, so that the headers need not be kept; None where there is one at most."""
    return Several(listed(stacks, rule), len(rule.left(stacks))) if len(stacks) > 1 else None


def series_doubts(cases: Iterable[Path], rule: SeriesRule) -> tuple[str, ...]:
    """The doubts of cases that are known already, folders and files of many frames among them."""
    found: list[tuple[str, Several]] = []
    for path in filter(is_dicom, dict.fromkeys(cases)):
        if several := several_of(_stacks(path), rule):
            found.append(("folder" if _is_folder(path) else "file", several))
    return several_doubts(found)


def several_doubts(found: Sequence[tuple[str, Several]]) -> tuple[str, ...]:
    """One sentence for each case in which the rule leaves several, and one for the rest of many.

    Args:
        found: of each case what it is, such as a folder, and what is in it.
    """
    left = [(what, several) for what, several in found if several.left > 1]
    doubts = [
        f"A {what} holds {several.listed}; say which is meant: --series largest, thinnest, axial, coronal, sagittal, "
        "a number, or several of these one after another."
        for what, several in left[:_SHOWN]
    ]
    if len(left) > _SHOWN:
        more = counted(len(left) - _SHOWN, "more case holds", "more cases hold")
        doubts.append(f"{more} several series or time points.")
    return tuple(doubts)


def _stacks(path: Path) -> Sequence[Stack]:
    """Those of a folder, or of a file of many frames; none where reading it says why."""
    try:
        if _is_folder(path):
            return find_stacks(files_in(path)).stacks
        many = looks_like_dicom(path) and frames(read_tags(path, ["NumberOfFrames"])) > 1
    except UnfitError:
        return ()
    return find_stacks([path]).stacks if many else ()


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
    more = f"; {counted(rest, 'case names', 'cases name')} none, each its own group" if rest else ""
    return f"Groups are the patients of the DICOM files, under names that say nothing: {count}{more}."
