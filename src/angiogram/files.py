"""Writing so that nothing half-written is ever taken for whole: a temporary name beside the target, then a rename."""

import errno
import hashlib
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from angiogram.errors import InputError


@contextmanager
def writing_to(path: Path) -> Generator[None]:
    """Turn a full disk, a read-only folder or a file in a folder's place into one clear sentence about `path`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise InputError(
                f"The disk is full: '{path}' could not be written; free some space and run again."
            ) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM, errno.EEXIST, errno.ENOTDIR):
            raise InputError(f"'{path}' cannot be written: {error.strerror}.") from error
        raise


@contextmanager
def atomic_file(path: Path) -> Generator[Path]:
    """Yield a temporary path in the same folder; on success it takes the name `path`, on failure it is removed.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.part"
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Generator[Path]:
    """Yield a temporary folder beside `path`; on success it takes that name (and the place of what was there)."""
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.part"
    with writing_to(path):
        temporary.mkdir(parents=True)
        try:
            yield temporary
            if path.exists():
                shutil.rmtree(path)
            temporary.replace(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
