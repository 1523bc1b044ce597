"""The cases among the files below a folder: each a file, or the slices of a DICOM series."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from angiogram.data.sources.case_files import CaseFiles, dicom_folder
from angiogram.data.sources.counted import counted
from angiogram.data.sources.headers import read_header
from angiogram.data.sources.levels import Level
from angiogram.data.sources.salt import salt_of
from angiogram.data.sources.scan_folders import scan_folders
from angiogram.data.sources.series import is_dicom, several_doubts
from angiogram.data.sources.strays import least_depth
from angiogram.imaging.dicom.choose import SeriesRule
from angiogram.imaging.printable import printable


class Found(NamedTuple):
    """Cases.

    Attributes:
        cases: that have a class, in the order of their paths.
        above: of each, the names of the folders that say class, split and patient, from the top.
        strays: files that lie above the folders of the classes.
        said: which are series, and in how many one of several is taken; one sentence each.
        doubts: in which the rule leaves several, and which are put together though nothing says so; one sentence each.
    """

    cases: list[CaseFiles]
    above: list[tuple[str, ...]]
    strays: int
    said: tuple[str, ...]
    doubts: tuple[str, ...]


def cases_among(
    files: Sequence[Path], root: Path, cache: Path, rule: SeriesRule, given: Sequence[Level] | None
) -> Found:
    """Find the cases; of DICOM files the headers are read, each once.

    Args:
        files: below folders of `root`, in the order of their paths; at least one.
        root: the folder of the set.
        cache: keeps the salt of the patients' names.
        rule: that chooses where a case holds several series or time points.
        given: the user's word on the levels of folders.

    Raises:
        InputError: the cache cannot be written, or a package is not installed.
    """
    inside: dict[Path, list[Path]] = {}
    for path in files:
        inside.setdefault(path.parent, []).append(path)
    dicom = {path for path in files if is_dicom(path)}
    salt = salt_of(cache) if dicom else b""
    known = {
        folder: dicom_folder(folder, [read_header(path, salt) for path in own], rule)
        for folder, paths in inside.items()
        if (own := [path for path in paths if path in dicom])
    }
    parts = {folder: tuple(map(printable, folder.relative_to(root).parts)) for folder in inside}
    scans = scan_folders(parts, known, given)
    cases = [CaseFiles(path, (path,)) for path in files if path not in dicom]
    for folder, found in known.items():
        one = found.whole if folder in scans.folders else None
        cases += found.apart if one is None else [one]
    cases.sort(key=lambda case: case.path)
    reach = len(given) if given is not None else None

    def names(case: CaseFiles) -> tuple[str, ...]:
        own = parts[case.path if case.has_folder else case.path.parent]
        counts = not case.has_folder or (scans.named if reach is None else reach >= len(own))
        return own if counts else own[:-1]

    least = least_depth(list(map(names, cases)), given)
    strays = sum(len(case.files) for case in cases if len(names(case)) < least)
    cases = [case for case in cases if len(names(case)) >= least]
    fallen = sum(found.fallen for folder, found in known.items() if folder not in scans.folders)
    said = (*_series(cases), *_fallen(fallen), *_choices(cases, rule))
    several = [(_kind(case), case.several) for case in cases if case.several]
    doubts = (*several_doubts(several), *_nameless(cases))
    return Found(cases, list(map(names, cases)), strays, said, doubts)


def _kind(case: CaseFiles) -> str:
    return "folder" if case.has_folder else "file" if len(case.files) == 1 else "case"


def _series(cases: Sequence[CaseFiles]) -> list[str]:
    whole = sum(case.has_folder for case in cases)
    beside = sum(len(case.files) > 1 and not case.has_folder for case in cases)
    said: list[str] = []
    if whole:
        said.append(f"{counted(whole, 'case is a', 'cases are')} DICOM series, each a folder of slices.")
    if beside:
        what = "without a folder of its own" if beside == 1 else "without folders of their own"
        said.append(
            f"{counted(beside, 'case is a', 'cases are')} DICOM series {what}: the slices lie beside other files."
        )
    return said


def _fallen(count: int) -> list[str]:
    if not count:
        return []
    return [
        f"{count} DICOM slices share their series with others and make no volume (their planes, sizes or spacings "
        "differ): each is a case."
    ]


def _choices(cases: Sequence[CaseFiles], rule: SeriesRule) -> list[str]:
    taken = sum(case.several is not None and case.several.left == 1 for case in cases)
    return [f"In {taken} of these one of several series or time points is taken: {rule}."] if taken else []


def _nameless(cases: Sequence[CaseFiles]) -> list[str]:
    files = sum(len(case.files) for case in cases if case.nameless)
    if not files:
        return []
    return [
        f"{files} DICOM slices lie in folders of several cases and name no series, so that it cannot be told which of "
        "them are one volume; give each volume a folder of its own."
    ]
