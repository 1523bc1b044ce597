"""A folder of DICOM files -> the stacks in it, and what was left out and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from angiogram.imaging.dicom.divide import divided, without_copies
from angiogram.imaging.dicom.file import looks_like_dicom, open_dicom, read_tags
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


def find_stacks(files: Iterable[Path]) -> Found:
    """The stacks among files, headers read and pixels not.

    Files that are no DICOM are passed over in silence; files that link out of their folder should not be given.

    Raises:
        InputError: pydicom is not installed.
    """
    slices: list[Slice] = []
    left_out: list[tuple[Path, str]] = []
    for path in files:
        if not looks_like_dicom(path):
            continue
        try:
            slices.extend(list(slices_of(path, open_dicom(path, with_pixels=False))))
        except UnfitError as unfit:
            left_out.append((path, unfit.reason))
    once, copies = without_copies(slices)
    left_out.extend((copy.path, "is a copy of another slice") for copy in copies)
    return Found(tuple(Stack(part) for part in divided(once)), tuple(left_out))


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
    inside = folder.resolve()
    try:
        below = list(islice(folder.rglob("*"), MAX_FILES + 1))
    except OSError:
        raise UnfitError("cannot be listed") from None
    if len(below) > MAX_FILES:
        raise UnfitError(f"holds more than {MAX_FILES} files and folders, which is no series")
    return [
        path
        for path in sorted(below)
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.resolve().is_relative_to(inside)
    ]
