"""The image file that a row of a table means."""

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import takewhile
from pathlib import Path, PurePath

from angiogram.data.cases import Split
from angiogram.data.sources.masks import without_masks
from angiogram.data.sources.scan import image_files
from angiogram.data.sources.series import is_dicom
from angiogram.data.sources.sides import side_of
from angiogram.errors import InputError
from angiogram.imaging.printable import printable
from angiogram.imaging.read import SUFFIXES, suffix_of


class ImageFiles:
    """Images under a folder, by their paths or by the ends of these.

    A table may have been written elsewhere: where none of its paths is found, the first folders that all have in common
    are left out, as few as will do, and backslashes divide folders.

    Args:
        folder: where paths start.
        names: all paths of the table.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder, self._names = folder, names

    def find(self, name: str, side: Split | None = None) -> Path:
        """The file of this path, or the only one below the folder whose path ends so; the suffix may be missing.

        Where there is none, the path itself: reading it says so. Of several, the one in a folder that is named after
        the row's side of the split is meant.

        Raises:
            InputError: several files are meant.
        """
        if (there := self._there(name)) is not None:
            return there
        ends = self._ending_in(_parts(name)[len(self.left_out) :])
        if len(ends) > 1 and side is not None:
            ends = [path for path in ends if side in self._sides(path)] or ends
        if len(ends) > 1:
            ends = [path for path in ends if path in self._no_masks] or ends
        if len(ends) > 1:
            two = " or ".join(printable(path.relative_to(self.folder)) for path in ends[:2])
            may = "A DICOM file that the table names" if is_dicom(ends[0]) else f"'{name}'"
            which = f"one of {len(ends)}" if is_dicom(ends[0]) else two
            raise InputError(f"{may} may be {which}; say where images are with --image-folder.")
        return ends[0] if ends else self.folder / name

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """The first folders of all paths that are not looked at: with them no image is found, without them one is."""
        names = [name for name in self._names if name]
        levels = zip(*(_parts(name)[:-1] for name in names), strict=False)
        common = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels)]
        for count in range(len(common) + 1):
            if any(self._there(name) or self._ending_in(_parts(name)[count:]) for name in names):
                return tuple(common[:count])
        return ()

    @cached_property
    def _no_masks(self) -> set[Path]:
        return set(without_masks(image_files(self.folder)).images)

    def _there(self, name: str) -> Path | None:
        for suffix in ("", *sorted(SUFFIXES)):
            path = self.folder / f"{name}{suffix}"
            with suppress(OSError):  # a name that is too long is none
                if path.is_file() or (path.is_dir() and not suffix):  # a folder of slices
                    return path
        return None

    def _ending_in(self, parts: tuple[str, ...]) -> list[Path]:
        """The files whose paths end so; the folder's own name and those above it may be among the parts."""
        above = self.folder.resolve().parts
        return [
            path
            for path in self._known.get(parts[-1] if parts else "", ())
            if (*above, *path.relative_to(self.folder).parts)[-len(parts) :][:-1] == parts[:-1]
        ]

    def _sides(self, path: Path) -> set[Split]:
        """The sides that the folders of this path name."""
        words = (word for part in path.relative_to(self.folder).parent.parts for word in re.findall("[A-Za-z]+", part))
        return {found for word in words if (found := side_of(word)) is not None}

    @cached_property
    def _known(self) -> dict[str, list[Path]]:
        """Images below the folder, by name with suffix and by name without."""
        known: dict[str, list[Path]] = {}
        for path in image_files(self.folder):
            for name in {path.name, path.name[: len(path.name) - len(suffix_of(path))]}:
                known.setdefault(name, []).append(path)
        return known


def _parts(name: str) -> tuple[str, ...]:
    r"""Folders and file of a path, however they are divided.

    >>> _parts("images/a.png"), _parts("C:\\images\\a.png")
    (('images', 'a.png'), ('C:', 'images', 'a.png'))
    """
    return PurePath(name if "/" in name else name.replace("\\", "/")).parts


def absent_said(files: Sequence[Path], rows: int, path: Path) -> list[str]:
    """What is to be said of images that are not where the table says.

    Raises:
        InputError: none is.
    """
    absent = sum(not _is_there(file) for file in files)
    if absent == rows:
        raise InputError(
            f"None of the {rows} images that '{printable(path)}' names is there; say where their paths start with "
            "--image-folder."
        )
    return [f"{absent} of {rows} rows name an image that is not there; they are set aside."] if absent else []


def _is_there(path: Path) -> bool:
    with suppress(OSError):  # a name that is too long is none
        return path.exists()
    return False
