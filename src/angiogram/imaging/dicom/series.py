"""A folder of DICOM files -> the stacks in it, and what was left out and why."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from angiogram.imaging.dicom.copies import without_copies
from angiogram.imaging.dicom.divide import divided
from angiogram.imaging.dicom.file import SUFFIXES, looks_like_dicom, open_dicom, read_tags
from angiogram.imaging.dicom.kinds import refuse_what_is_no_image
from angiogram.imaging.dicom.slice import Slice, slices_of
from angiogram.imaging.dicom.stack import Stack
from angiogram.imaging.dicom.unfit import UnfitError, attempt

SERIES = "SeriesInstanceUID"
MAX_FILES = 100_000


@dataclass(frozen=True)
class Found:
    """What a folder holds.

    Attributes:
        stacks: one a series and time point.
        left_out: files that are no slices, with the reason.
    """

    stacks: tuple[Stack, ...]
    left_out: tuple[tuple[Path, str], ...]

    @property
    def said(self) -> tuple[str, ...]:
        """What was left out, counted by reason, as `Image.made` states it."""
        counts = Counter(reason for _, reason in self.left_out)
        return tuple(
            f"{count} {'file' if count == 1 else 'files'} left out: {'it' if count == 1 else 'each'} {reason}"
            for reason, count in counts.items()
        )


def stacks_in(folder: Path) -> Found:
    """The stacks among the files below a folder; what is named as a slice and not followed is left out, too.

    Raises:
        UnfitError: there is more below it than any series has, or it cannot be listed.
        InputError: pydicom is not installed.
    """
    files, others = _below(folder)
    reasons = ("is a link that is not followed" if path.is_symlink() else "is no file" for path in others)
    return find_stacks(files, tuple(zip(others, reasons, strict=True)))


def find_stacks(files: Iterable[Path], unopened: Sequence[tuple[Path, str]] = ()) -> Found:
    """The stacks among files, headers read and pixels not, but where slices may be copies.

    Files that are no DICOM are left out where they are named as slices are, else passed over in silence.

    Args:
        files: none that links out of its folder.
        unopened: what stands beside them and may not be opened, with the reason.

    Raises:
        InputError: pydicom is not installed.
    """
    slices: list[Slice] = []
    refused: list[tuple[Path, str]] = []
    for path in files:
        try:
            slices.extend(list(slices_of(path, open_dicom(path, with_pixels=False))))
        except UnfitError as unfit:
            refused.append((path, _reason(path, unfit.reason)))
    forms = {_form(slice_.path) for slice_ in slices} | SUFFIXES
    left_out = [(path, reason) for path, reason in refused if _form(path) in forms or looks_like_dicom(path)]
    left_out += [(path, reason) for path, reason in unopened if _form(path) in forms]
    once, copies = without_copies(slices)
    left_out += [(path, "is a copy of another slice") for path in dict.fromkeys(copy.path for copy in copies)]
    return Found(tuple(Stack(part) for part in divided(once)), tuple(left_out))


def _reason(path: Path, by_header: str) -> str:
    """Why a file is no slice; where it is truncated, what its header lacks is no reason of its own."""
    try:
        refuse_what_is_no_image(open_dicom(path), pixels_read=True)
    except UnfitError as unfit:
        return unfit.reason
    return by_header


def _form(path: Path) -> str:
    """The suffix without numbers, of which some name slices: `1.2.840.7` has none."""
    return re.sub(r"^\.\d*$", "", path.suffix.lower())


def series_of(path: Path) -> str | None:
    """The series that a file says it belongs to; None where it says none, or is damaged.

    Raises:
        InputError: pydicom is not installed.
    """
    try:
        dataset = read_tags(path, [SERIES])
    except UnfitError:
        return None
    return attempt(lambda: str(dataset[SERIES].value or "").strip()) or None


def files_in(folder: Path) -> list[Path]:
    """The files below a folder, sorted; none that is hidden or links out of it.

    Raises:
        UnfitError: there is more below it than any series has, or it cannot be listed.
    """
    return _below(folder)[0]


def _below(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files of a folder and what else is there that is no folder, both sorted and without what is hidden."""
    inside = folder.resolve()
    try:
        below = list(islice(folder.rglob("*"), MAX_FILES + 1))
    except OSError:
        raise UnfitError("cannot be listed") from None
    if len(below) > MAX_FILES:
        raise UnfitError(f"holds more than {MAX_FILES} files and folders, which is no series")
    files: list[Path] = []
    others: list[Path] = []
    for path in sorted(below):
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        followed = path.is_file() and path.resolve().is_relative_to(inside)
        (files if followed else others).append(path)
    return files, others
