"""The image file that a row of a table means."""

import re
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePath

from angiogram.data.cases import Split
from angiogram.data.sources.scan import image_files
from angiogram.data.sources.series import is_dicom
from angiogram.data.sources.sides import side_of
from angiogram.errors import InputError
from angiogram.imaging.printable import printable
from angiogram.imaging.read import SUFFIXES, suffix_of


class ImageFiles:
    """Images under a folder, by their paths or by the ends of these."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str, side: Split | None = None) -> Path:
        """The file of this path, or the only one below the folder whose path ends so; the suffix may be missing.

        Where there is none, the path itself: reading it says so. Of several, the one in a folder that is named after
        the row's side of the split is meant.

        Raises:
            InputError: several files are meant.
        """
        for suffix in ("", *sorted(SUFFIXES)):
            path = self.folder / f"{name}{suffix}"
            with suppress(OSError):  # a name that is too long is none
                if path.is_file() or (path.is_dir() and not suffix):  # a folder of slices
                    return path
        wanted = PurePath(name)
        ends = [
            path
            for path in self._known.get(wanted.name, ())
            if path.parts[-len(wanted.parts) :][:-1] == wanted.parts[:-1]
        ]
        if len(ends) > 1 and side is not None:
            ends = [path for path in ends if side in self._sides(path)] or ends
        if len(ends) > 1:
            two = " or ".join(printable(path.relative_to(self.folder)) for path in ends[:2])
            may = "A DICOM file that the table names" if is_dicom(ends[0]) else f"'{name}'"
            which = f"one of {len(ends)}" if is_dicom(ends[0]) else two
            raise InputError(f"{may} may be {which}; say where images are with --image-folder.")
        return ends[0] if ends else self.folder / name

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
