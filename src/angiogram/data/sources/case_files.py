"""The files of one case, and the cases among the DICOM files of one folder."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from angiogram.data.sources.headers import Header
from angiogram.data.sources.series import Several, several_of
from angiogram.imaging.dicom.choose import SeriesRule
from angiogram.imaging.dicom.divide import divided
from angiogram.imaging.dicom.read import read_slices
from angiogram.imaging.dicom.series import find_stacks
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.read import Preparation, read_image


class CaseFiles(NamedTuple):
    """What one case is read from.

    Attributes:
        path: that it goes by: its file, its folder of slices, or the first of its slices that lie beside other cases.
        files: in the order of their paths.
        patient: under a name that says nothing; None where it is not known.
        several: the series or time points in it; None where there is one at most.
        nameless: whether its slices, which lie beside other cases, are put together though they name no series.
    """

    path: Path
    files: tuple[Path, ...]
    patient: str | None = None
    several: Several | None = None
    nameless: bool = False

    @property
    def has_folder(self) -> bool:
        """Whether a folder of slices is the case."""
        return self.path not in self.files


class DicomFolder(NamedTuple):
    """The DICOM files of one folder, seen both ways.

    Attributes:
        whole: all of them as one case; None where they are of several patients, or no two are slices of one volume.
        apart: each series of slices as a case, and each further file.
        patients: how many they name.
        fallen: slices that share a series and make no volume.
    """

    whole: CaseFiles | None
    apart: tuple[CaseFiles, ...]
    patients: int
    fallen: int


def dicom_folder(folder: Path, headers: Sequence[Header], rule: SeriesRule) -> DicomFolder:
    """Find the cases among the files of a folder.

    What stands among the slices of a series and is none (dose reports, screens) is left out when it is read.
    Radiographs and views, which do not say where they lie in the patient, are a case each.

    Args:
        folder: that holds the files.
        headers: of the files, in the order of their paths.
        rule: that chooses where a case holds several series or time points.
    """
    named = {header.patient for header in headers if header.patient is not None}
    parts: dict[str | None, list[Header]] = {}
    for header in headers:
        parts.setdefault(header.patient if len(named) > 1 else None, []).append(header)
    apart = tuple(case for part in parts.values() for case in _by_series(part, rule))
    whole = None
    if len(named) < 2 and any(len(case.files) > 1 for case in apart):
        files = tuple(header.path for header in headers)
        whole = CaseFiles(folder, files, next(iter(named), None), _several(headers, rule))
    return DicomFolder(whole, apart, len(named), _fallen(headers, apart))


def read_case(case: CaseFiles, how: Preparation) -> Image:
    """The picture of a case.

    Raises:
        InputError: as `read_image`.
    """
    if len(case.files) == 1:
        return read_image(case.files[0], how)
    return read_slices(case.files, printable(case.path), how.window, how.plane, how.slice, how.series)


def _by_series(headers: Sequence[Header], rule: SeriesRule) -> Iterator[CaseFiles]:
    """The cases among files of one patient."""
    series: dict[str, list[Header]] = {}
    for header in headers:
        series.setdefault(header.series, []).append(header)
    for name, members in series.items():
        inside = members if name else [header for header in members if header.slices]
        if _is_volume(inside):
            files = tuple(header.path for header in inside)
            yield CaseFiles(files[0], files, inside[0].patient, _several(inside, rule), nameless=not name)
            members = [] if name else [header for header in members if not header.slices]
        for header in members:
            yield CaseFiles(header.path, (header.path,), header.patient, _several([header], rule))


def _fallen(headers: Sequence[Header], apart: Sequence[CaseFiles]) -> int:
    """How many files are slices of a series that falls apart, one case each."""
    alone = {case.path for case in apart if len(case.files) == 1}
    slices = [header for header in headers if header.series and header.slices and header.path in alone]
    sizes = Counter((header.patient, header.series) for header in slices)
    return sum(size for size in sizes.values() if size > 1)


def _is_volume(headers: Sequence[Header]) -> bool:
    """Whether files of one series are read together: two are slices of one stack, or all but one slice are none."""
    stacks = divided([slice_ for header in headers for slice_ in header.slices])
    together = any(len({slice_.path for slice_ in stack}) > 1 for stack in stacks)
    return len(headers) > 1 and (together or len(stacks) == 1)


def _several(headers: Sequence[Header], rule: SeriesRule) -> Several | None:
    slices = [slice_ for header in headers for slice_ in header.slices]
    if len(slices) < 2 or len(divided(slices)) < 2:
        return None
    # As they are found when the case is read.
    return several_of(find_stacks([header.path for header in headers]).stacks, rule)
