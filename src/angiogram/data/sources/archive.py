"""A zip of a folder of images, unpacked once into the cache, where its user alone can read it."""

import errno
import re
import shutil
import zipfile
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from pathlib import Path, PurePosixPath

from angiogram.cache import Progress, cached_folder
from angiogram.data.sources.place import Place
from angiogram.errors import InputError, reason_of
from angiogram.files import sha256
from angiogram.imaging.bomb import LIMIT, is_bomb
from angiogram.imaging.printable import printable
from angiogram.imaging.read import DICOM_SUFFIXES, SUFFIXES, suffix_of

SUFFIX = ".zip"
_MOST_BYTES, _MOST_FILES = 200 * 2**30, 5_000_000
_BLOCK = 2**22
_NO_NAME = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR)  # too long, or a file and a folder
_FOLDER, _FILE = 0o700, 0o600


def unpacked(place: Place, archive: Path, cache: Path, progress: Progress) -> Place:
    """The place of the archive's files, in a folder of the archive's name; where they stay is said.

    Args:
        place: of the archive, or of what it was found in.
        archive: the zip.
        cache: where it is unpacked.
        progress: receives a line where it is not unpacked yet.

    Raises:
        InputError: the file is no zip, is damaged or encrypted, holds a name that leaves the folder or a name twice, or
            says that far more comes out of it than images pack to, or more than 200 GiB. The names of members that may
            be DICOM are not said.
    """
    folder = _unpacked(archive, cache, progress)
    said = (
        f"The files of the archive stay unpacked in the cache, in '{folder.name}', which only you can read; delete "
        "that folder when you are done."
    )
    return replace(place, path=folder / archive.stem, said=(*place.said, said))


def _unpacked(path: Path, cache: Path, progress: Progress) -> Path:
    name = printable(path)

    def make(folder: Path) -> None:
        folder.chmod(_FOLDER)
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(name, members, path.stat().st_size)
            total = sum(member.file_size for member in members)
            progress(
                f"unpacking {len(members)} files, {total / 2**20:.0f} MiB, of '{printable(path.name)}' into the cache"
            )
            for number, member in enumerate(members, start=1):
                problem = _unpack(archive, member, folder.joinpath(path.stem, *_parts(member)))
                if _hides(member) and re.search("['\"]", problem):  # the name is quoted
                    problem = f"cannot be unpacked: its file {number} of {len(members)} is damaged"
                if problem:  # raised here, so that the exception that has the name is not its context
                    raise InputError(f"'{name}' {problem}.")

    try:
        folder = cached_folder(cache / f"unpacked-{sha256(path)[:24]}", make)
        with suppress(OSError):  # of another user
            folder.chmod(_FOLDER)
        return folder
    except InputError:
        raise
    except Exception as error:  # zipfile and its decompressors each raise their own for damaged bytes
        problem = (error.strerror if isinstance(error, OSError) else None) or reason_of(error)
    raise InputError(f"'{name}' cannot be unpacked: {problem}.")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    """Write one file; what is wrong with it, "" where nothing is."""
    try:
        missing = list(takewhile(lambda folder: not folder.is_dir(), target.parents))
        for folder in reversed(missing):
            folder.mkdir(_FOLDER)
        target.touch(_FILE)
        # No more is read of a member than the archive says that it holds.
        with archive.open(member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, _BLOCK)
    except OSError as error:
        if error.errno in _NO_NAME:
            return f"holds a name that cannot be unpacked: {error.strerror}"
        raise
    except Exception as error:
        return f"cannot be unpacked: {reason_of(error)}"
    return ""


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The names of a member's folders and its own; some archivers divide them by backslashes."""
    return PurePosixPath(member.filename.replace("\\", "/")).parts


def _hides(member: zipfile.ZipInfo) -> bool:
    """Whether a member may be DICOM, which often is named after a patient."""
    suffix = suffix_of(Path(*_parts(member)))
    return suffix in DICOM_SUFFIXES or suffix not in SUFFIXES


def _check(name: str, members: list[zipfile.ZipInfo], size: int) -> None:
    total = sum(member.file_size for member in members)
    if is_bomb(size, total):
        raise InputError(f"'{name}' says that {total} bytes come out of its {size}; {LIMIT}.")
    if total > _MOST_BYTES or len(members) > _MOST_FILES:
        raise InputError(
            f"'{name}' says that it holds {len(members)} files of {total / 2**30:.0f} GiB; unpack it yourself if so."
        )
    known: set[tuple[str, ...]] = set()
    for number, member in enumerate(members, start=1):
        parts = _parts(member)
        called = f"file {number} of {len(members)}" if _hides(member) else f"'{printable(member.filename)}'"
        if not parts or parts[0] == "/" or ".." in parts:
            raise InputError(f"'{name}' holds {called} under a name that leaves its folder; it is not unpacked.")
        if parts in known:
            raise InputError(f"'{name}' holds {called} twice; it is not unpacked.")
        known.add(parts)
        if member.flag_bits & 1:
            raise InputError(f"'{name}' is encrypted; unpack it yourself.")
