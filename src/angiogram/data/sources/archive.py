"""A zip of a folder of images, unpacked once into the cache."""

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from angiogram.cache import Progress, cached_folder
from angiogram.errors import InputError
from angiogram.files import sha256
from angiogram.imaging.printable import printable

SUFFIX = ".zip"
_MOST_BYTES, _MOST_FILES = 200 * 2**30, 5_000_000
_BLOCK = 2**22


def unpacked(path: Path, cache: Path, progress: Progress) -> Path:
    """The folder of the archive's files, under the archive's name.

    Raises:
        InputError: the file is no zip, is damaged or encrypted, holds a name that leaves the folder, or says that it
            holds more than 200 GiB.
    """
    name = printable(path)

    def make(folder: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(name, members)
            total = sum(member.file_size for member in members)
            progress(f"unpacking {len(members)} files, {total / 2**20:.0f} MiB, of '{path.name}' into the cache")
            for member in members:
                target = folder.joinpath(path.stem, *_parts(member))
                target.parent.mkdir(parents=True, exist_ok=True)
                # No more is read of a member than the archive says that it holds.
                with archive.open(member) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, _BLOCK)

    try:
        return cached_folder(cache / f"unpacked-{sha256(path)[:24]}", make) / path.stem
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # of damaged or unknown packing
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"'{name}' cannot be unpacked: {reason}.") from error


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The names of a member's folders and its own; some archivers divide them by backslashes."""
    return PurePosixPath(member.filename.replace("\\", "/")).parts


def _check(name: str, members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if total > _MOST_BYTES or len(members) > _MOST_FILES:
        raise InputError(
            f"'{name}' says that it holds {len(members)} files of {total / 2**30:.0f} GiB; unpack it yourself if so."
        )
    for member in members:
        parts = _parts(member)
        if not parts or parts[0] == "/" or ".." in parts:
            raise InputError(f"'{name}' holds '{member.filename}', a name that leaves its folder; it is not unpacked.")
        if member.flag_bits & 1:
            raise InputError(f"'{name}' is encrypted; unpack it yourself.")
