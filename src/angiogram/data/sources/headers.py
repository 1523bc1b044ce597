"""What the header of a DICOM file says of series, patient and place: read once, and no pixels."""

from pathlib import Path
from typing import NamedTuple

from angiogram.imaging.dicom.file import read_tags
from angiogram.imaging.dicom.patient import patient_in
from angiogram.imaging.dicom.series import SERIES
from angiogram.imaging.dicom.slice import Slice, slices_of
from angiogram.imaging.dicom.tags import DIVISION, PATIENT, PICTURE, PLACE
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.dicom.values import word


class Header(NamedTuple):
    """One file.

    Attributes:
        path: of it.
        series: that it says it belongs to; "" where it says none, or is damaged.
        patient: under a name that says nothing; None where it names none.
        slices: it is one, or the frames of it are; none where it is no slice of a volume.
    """

    path: Path
    series: str = ""
    patient: str | None = None
    slices: tuple[Slice, ...] = ()


def read_header(path: Path, salt: bytes) -> Header:
    """Read one; damaged files and what is no DICOM say nothing.

    Args:
        path: a file.
        salt: of the names that say nothing, see `patient_group`.

    Raises:
        InputError: pydicom is not installed.
    """
    try:
        dataset = read_tags(path, (*PICTURE, *PLACE, *DIVISION, *PATIENT))
    except UnfitError:
        return Header(path)
    patient = patient_in(dataset, salt)
    for keyword in PATIENT:
        dataset.pop(keyword, None)
    series = word(dataset, SERIES)
    try:
        return Header(path, series, patient, tuple(slices_of(path, dataset)))
    except UnfitError:
        return Header(path, series, patient)
