"""Writing so that nothing half-written is ever taken for whole: a temporary name beside the target, then a rename."""

import errno
import fcntl
import hashlib
import os
import shutil
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from angiogram.errors import InputError

REFUSALS = (
    errno.EACCES, errno.EROFS, errno.EPERM, errno.EEXIST, errno.ENOTDIR, errno.ENOENT, errno.EISDIR,
    errno.ENAMETOOLONG, errno.EIO, errno.EFBIG,
)  # fmt: skip
FULL = ("os error 28", "No space left", "Not enough free space")
LEFT_ON_A_FULL_DISK = 16_384  # bytes


@contextmanager
def writing_to(path: Path) -> Generator[None]:
    """Turn a full disk, a read-only folder or a file in a folder's place into one clear sentence about `path`."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in REFUSALS:
            raise InputError(f"'{path}' cannot be written: {error.strerror}.") from error
        if _is_full(path, error):
            raise InputError(
                f"The disk is full: '{path}' could not be written; free some space and run again."
            ) from error
        raise


def _is_full(path: Path, error: Exception) -> bool:
    """Whether a full disk is behind `error`; numpy, safetensors and torch raise their own kinds without an errno."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    if any(said in str(error) for said in FULL):
        return True
    for folder in path.parents:
        with suppress(OSError):
            return shutil.disk_usage(folder).free < LEFT_ON_A_FULL_DISK
    return False


@contextmanager
def atomic_file(path: Path) -> Generator[Path]:
    """Yield a temporary path in the same folder; on success it takes the name `path`, on failure it is removed.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    temporary = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.part"
    try:
        with writing_to(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def atomic_folder(path: Path, keep_existing: bool = False) -> Generator[Path]:
    """Yield a temporary folder beside `path`; on success it takes that name (and the place of what was there).

    What was there is renamed first and removed last, so that at any moment the old or the new one is whole.

    Args:
        path: the folder to write; of a link the folder that it leads to.
        keep_existing: leave a folder in place that another process has finished meanwhile, and drop this one.

    Raises:
        InputError: the disk is full, the folder cannot be written, or it is the one that the process works in.
    """
    with writing_to(path):
        target = path.resolve()
        if target.exists() and target in (Path.cwd(), *Path.cwd().parents):
            raise InputError(f"'{path}' is the folder that you are in, which cannot be replaced; name another.")
    temporary, old = (target.parent / f".{target.name}.{uuid.uuid4().hex[:8]}.{kind}" for kind in ("part", "old"))
    try:
        with writing_to(path):
            temporary.mkdir(parents=True)
            yield temporary
            if target.exists() and not keep_existing:
                if not target.is_dir():
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
                target.replace(old)
            try:
                temporary.replace(target)
            except OSError as error:
                if old.exists():
                    old.replace(target)
                if not (keep_existing and error.errno in (errno.ENOTEMPTY, errno.EEXIST)):
                    raise
    finally:
        for folder in (temporary, old):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def alone_in(folder: Path) -> Generator[None]:
    """Keep other processes that ask for the same out of a folder; a process that ends, however, lets others in.

    Args:
        folder: that is there. Where its file system knows no locks, nothing is kept out.

    Raises:
        InputError: another process is at work in it, or it cannot be opened.
    """
    with writing_to(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise InputError(
            f"Another process is writing to '{folder}'; run again when it has ended, or name another folder."
        ) from None
    except OSError:  # no locks here
        pass
    try:
        yield
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
