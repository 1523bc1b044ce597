"""The image files below a folder, and the archives that may hold more."""

from collections.abc import Callable
from pathlib import Path

from angiogram.imaging.read import is_readable

LEAVINGS = ("__macosx", "@eadir", "$recycle.bin")
"""Folders that archives and file servers leave behind."""
ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar")
UNREAD = (".hdr", ".hdr.gz", ".mha", ".mhd", ".nrrd", ".nhdr", ".mgz", ".mgh", ".mnc")
"""Volumes that are not read; `.hdr` where an `.img` stands beside it (NIfTI and Analyze pairs)."""
UNREAD_PICTURES = (
    ".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".jpf", ".svg", ".psd", ".exr", ".svs", ".ndpi", ".mrxs", ".czi",
    ".mp4", ".avi", ".mov", ".mkv", ".webm",
)  # fmt: skip
"""Pictures, slides and films that are not read."""


def image_files(root: Path) -> list[Path]:
    """Image files below `root`, by their suffix or first bytes, in the order of their paths.

    Hidden files and folders and what archives leave behind are passed over. Links to folders are followed, each folder
    once.
    """
    return _files(root, is_readable)


def archives(root: Path) -> list[Path]:
    """The archives among the same files."""
    return _files(root, lambda path: path.name.lower().endswith(ARCHIVES) and path.is_file())


def unread_volumes(root: Path) -> list[Path]:
    """The volumes among the same files that are of a kind that is not read; one of two files that belong together."""
    return _files(root, _is_unread)


def unread_pictures(root: Path) -> list[Path]:
    """The pictures and films among the same files that are of a kind that is not read."""
    return _files(root, lambda path: path.name.lower().endswith(UNREAD_PICTURES) and path.is_file())


def _is_unread(path: Path) -> bool:
    name = path.name.lower()
    if not name.endswith(UNREAD) or not path.is_file():
        return False
    if not name.endswith((".hdr", ".hdr.gz")):
        return True
    stem = path.name[: name.rindex(".hdr")]
    return any(path.with_name(f"{stem}{end}").is_file() for end in (".img", ".img.gz", ".IMG"))


def _files(root: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    found: list[Path] = []
    seen: set[Path] = set()
    level = [root]
    while level:  # the shallower of two ways to a folder counts
        below: list[Path] = []
        for folder in level:
            if (real := folder.resolve()) not in seen:
                seen.add(real)
                found += [path for path in folder.iterdir() if not passed_over(path.name) and wanted(path)]
                below += subfolders(folder)
        level = below
    return sorted(found)


def subfolders(folder: Path) -> list[Path]:
    """The folders in a folder, in order, but for those that `image_files` passes over."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and not passed_over(path.name))


def passed_over(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or left behind by an archive."""
    return name.startswith(".") or name.lower() in LEAVINGS
