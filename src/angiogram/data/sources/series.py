"""Which files are one case: a file, or all slices of a DICOM series in one folder."""

import os
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.imaging.dicom.file import looks_like_dicom
from angiogram.imaging.dicom.patient import patient_group
from angiogram.imaging.dicom.series import series_of
from angiogram.imaging.printable import printable
from angiogram.imaging.read import DICOM_SUFFIXES, SUFFIXES, suffix_of

SALT = "dicom-salt"
_BYTES = 32


def is_dicom(path: Path) -> bool:
    """Whether a file is DICOM by its suffix or, where that says nothing, by its first bytes."""
    suffix = suffix_of(path)
    return suffix in DICOM_SUFFIXES or (suffix not in SUFFIXES and looks_like_dicom(path))


def joined_series(files: Sequence[Path]) -> tuple[list[Path], int]:
    """The cases among files, and how many of them are series: a folder in place of the slices of the series in it.

    A folder whose DICOM files are each of another series, such as radiographs, holds a case a file. What stands among
    the slices of one series and is none (dose reports, screens) is left out when the series is read.

    Raises:
        InputError: a folder holds slices of several series.
    """
    found: list[Path] = []
    series = 0
    for folder, inside in _by_folder(files):
        sizes = Counter(name for path in inside if is_dicom(path) and (name := series_of(path)) is not None)
        several = [name for name, size in sizes.items() if size > 1]
        if len(several) > 1:
            raise InputError(
                f"The folder '{printable(folder)}' holds slices of {len(several)} DICOM series; give each a folder."
            )
        if several:
            series += 1
            found.append(folder)
            found += [path for path in inside if not is_dicom(path)]
        else:
            found += inside
    return sorted(found), series


def _by_folder(files: Iterable[Path]) -> list[tuple[Path, list[Path]]]:
    folders: dict[Path, list[Path]] = {}
    for path in files:
        folders.setdefault(path.parent, []).append(path)
    return list(folders.items())


def patients(cases: Sequence[Path], cache: Path) -> list[str | None]:
    """The patient of each DICOM case under a name that says nothing of whom; None for other files.

    The names are salted hashes. The salt is drawn once and stays in the cache, so that a run that goes on finds the
    same names, and no other machine does.

    Raises:
        InputError: a folder holds files of several patients, or the cache cannot be written.
    """
    # Path.is_dir raises where a table says a sentence in place of a path.
    known = [os.path.isdir(path) or is_dicom(path) for path in cases]  # noqa: PTH112
    if not any(known):
        return [None] * len(cases)
    salt = _salt(cache)
    return [patient_group(path, salt) if dicom else None for path, dicom in zip(cases, known, strict=True)]


def patients_said(named: Sequence[str | None]) -> str:
    """How many patients there are, in a sentence."""
    count, rest = len({name for name in named if name}), sum(name is None for name in named)
    more = f"; {rest} cases name none, and are their own groups" if rest else ""
    return f"Groups are the patients of the DICOM files, under names that say nothing: {count}{more}."


def _salt(cache: Path) -> bytes:
    path = cache / SALT
    if not path.is_file():
        with atomic_file(path) as temporary:
            temporary.touch(mode=0o600)
            temporary.write_bytes(secrets.token_bytes(_BYTES))
    return path.read_bytes()
