"""A zip of a folder of images, unpacked once into the cache."""

import errno
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from angiogram.cache import Progress, cached_folder
from angiogram.errors import InputError, reason_of
from angiogram.files import sha256
from angiogram.imaging.bomb import LIMIT, is_bomb
from angiogram.imaging.printable import printable

SUFFIX = ".zip"
_MOST_BYTES, _MOST_FILES = 200 * 2**30, 5_000_000
_BLOCK = 2**22
_NO_NAME = (errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR)  # too long, or a file and a folder


def unpacked(path: Path, cache: Path, progress: Progress) -> Path:
    """The folder of the archive's files, under the archive's name.

    Raises:
        InputError: the file is no zip, is damaged or encrypted, holds a name that leaves the folder or a name twice, or
            says that far more comes out of it than images pack to, or more than 200 GiB.
    """
    name = printable(path)

    def make(folder: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(name, members, path.stat().st_size)
            total = sum(member.file_size for member in members)
            progress(f"unpacking {len(members)} files, {total / 2**20:.0f} MiB, of '{path.name}' into the cache")
            for member in members:
                try:
                    _unpack(archive, member, folder.joinpath(path.stem, *_parts(member)))
                except OSError as error:
                    if error.errno not in _NO_NAME:
                        raise
                    raise InputError(f"'{name}' holds a name that cannot be unpacked: {error.strerror}.") from error

    try:
        return cached_folder(cache / f"unpacked-{sha256(path)[:24]}", make) / path.stem
    except InputError:
        raise
    except Exception as error:  # zipfile and its decompressors each raise their own for damaged bytes
        raise InputError(f"'{name}' cannot be unpacked: {reason_of(error)}.") from error


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # No more is read of a member than the archive says that it holds.
    with archive.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, _BLOCK)


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The names of a member's folders and its own; some archivers divide them by backslashes."""
    return PurePosixPath(member.filename.replace("\\", "/")).parts


def _check(name: str, members: list[zipfile.ZipInfo], size: int) -> None:
    total = sum(member.file_size for member in members)
    if is_bomb(size, total):
        raise InputError(f"'{name}' says that {total} bytes come out of its {size}; {LIMIT}.")
    if total > _MOST_BYTES or len(members) > _MOST_FILES:
        raise InputError(
            f"'{name}' says that it holds {len(members)} files of {total / 2**30:.0f} GiB; unpack it yourself if so."
        )
    known: set[tuple[str, ...]] = set()
    for member in members:
        parts, inside = _parts(member), printable(member.filename)
        if not parts or parts[0] == "/" or ".." in parts:
            raise InputError(f"'{name}' holds '{inside}', a name that leaves its folder; it is not unpacked.")
        if parts in known:
            raise InputError(f"'{name}' holds '{inside}' twice; it is not unpacked.")
        known.add(parts)
        if member.flag_bits & 1:
            raise InputError(f"'{name}' is encrypted; unpack it yourself.")
