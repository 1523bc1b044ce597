"""Which folders of DICOM slices are one case each, and which hold the cases of a class.

A folder of slices is a case only below a level that tells classes apart: slices that lie directly in the folder of a
class, or of a side of the split, are cases of their own. Where the same names stand below several folders, as in
`site/class`, or folders hold several patients, the folders may be classes, and their names count as a level.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from angiogram.data.sources.case_files import DicomFolder
from angiogram.data.sources.levels import FEWER, Level, numbered, read_levels
from angiogram.data.sources.mask_names import IMAGES
from angiogram.data.sources.sides import sides


class Scans(NamedTuple):
    """Folders that are one case each.

    Attributes:
        folders: these.
        named: whether their own names are a level of folders, as those of folders of files are.
    """

    folders: frozenset[Path]
    named: bool


def scan_folders(
    parts: Mapping[Path, tuple[str, ...]], dicom: Mapping[Path, DicomFolder], given: Sequence[Level] | None
) -> Scans:
    """Tell the folders.

    Args:
        parts: of each folder that holds files, the names from the top down to its own.
        dicom: those that hold DICOM files.
        given: the user's word on the levels.
    """
    single = [folder for folder, found in dicom.items() if found.whole is not None]
    if not single:
        return Scans(frozenset(), named=True)
    telling = _telling_levels(parts.values())
    below = [folder for folder in dicom if any(level < len(parts[folder]) - 1 for level in telling)]
    named = given is not None or _may_be_classes(below, parts, dicom, telling)
    if not named:
        return Scans(frozenset(below).intersection(single), named=False)
    roles = given if given is not None else read_levels(list(parts.values())).roles
    of_class = roles.index("class") if "class" in roles else len(roles)
    found = (folder for folder in single if any(of_class < level < len(parts[folder]) for level in telling))
    return Scans(frozenset(found), named=True)


def _telling_levels(parts: Collection[tuple[str, ...]]) -> list[int]:
    """The levels whose names may be those of classes or patients: no split, and more than one that means something."""
    found: list[int] = []
    for level in range(max(map(len, parts))):
        names = {names[level] for names in parts if len(names) > level}
        if len(names) > 1 and sides(names) is None and not all(name.lower() in IMAGES for name in names):
            found.append(level)
    return found


def _may_be_classes(
    below: Sequence[Path],
    parts: Mapping[Path, tuple[str, ...]],
    dicom: Mapping[Path, DicomFolder],
    telling: Sequence[int],
) -> bool:
    """Whether folders that lie below a telling level may be classes themselves, not scans."""
    if 2 * sum(dicom[folder].patients > 1 for folder in below) > len(below):
        return True
    counts = Counter(folder.name for folder in below)
    if 2 * sum(count for count in counts.values() if count > 1) < len(below):
        return False
    if not numbered(list(counts)):
        return True
    above = [{parts[folder][level] for folder in below if level < len(parts[folder]) - 1} for level in telling]
    above = [names for names in above if names]
    return all(numbered(list(names)) for names in above) and FEWER * len(counts) <= max(map(len, above), default=0)
