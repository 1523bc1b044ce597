"""One file or folder, whatever its format -> one `Image`."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError, unknown
from angiogram.imaging import nifti, raster
from angiogram.imaging.cut_image import cut_image
from angiogram.imaging.dicom.choose import ALONE, SeriesRule
from angiogram.imaging.dicom.file import SUFFIXES as DICOM_SUFFIXES
from angiogram.imaging.dicom.file import looks_like_dicom
from angiogram.imaging.dicom.read import read_dicom
from angiogram.imaging.image import Image
from angiogram.imaging.planes import DISPLAY, Plane
from angiogram.imaging.printable import printable
from angiogram.imaging.slices import ALL, MIDDLE, SliceRule
from angiogram.imaging.whole_volume import whole_volume
from angiogram.imaging.window import Window, own_range

SUFFIXES = raster.SUFFIXES | DICOM_SUFFIXES | set(nifti.SUFFIXES)


@dataclass(frozen=True)
class Preparation:
    """How pictures are made of what has more than 8 bits or two dimensions.

    Attributes:
        window: values to grey; None for the file's own window, and the picture's own range where it has none.
        plane: of the slice of a volume; None for the plane that DICOM slices were taken in, axial for NIfTI.
        slice: which slice of a volume, or frame of a film; or all slices, which make an `Image` that is a volume.
        series: which series or time point of a DICOM folder that holds several.
    """

    window: Window | None = None
    plane: Plane | None = None
    slice: SliceRule = MIDDLE
    series: SeriesRule = ALONE

    def taken_by(self, slices: int | None) -> "Preparation":
        """The same for a model that takes volumes, of so many slices; as it is for one that takes pictures (None).

        >>> Preparation().taken_by(32).slice.whole, Preparation().taken_by(None).slice.whole
        (True, False)
        """
        return self if slices is None else replace(self, slice=ALL)

    def __str__(self) -> str:
        """In words, what is left to the files left out.

        >>> str(Preparation()), str(Preparation.parse(window="40/400", plane="coronal", series="largest"))
        ('as the files say', 'window -160..240, plane coronal, series largest')
        """
        rule = self.slice
        said = {
            "window": None if self.window is None else f"{self.window.low:g}..{self.window.high:g}",
            "plane": self.plane,
            "slice": None if rule == MIDDLE else rule.kind if rule.whole else f"{rule.kind} {rule.value:g}",
            "series": str(self.series),
        }
        return ", ".join(f"{name} {word}" for name, word in said.items() if word) or "as the files say"

    @classmethod
    def parse(cls, window: str = "", plane: str = "", slice: str = "", series: str = "") -> "Preparation":
        """The preparation in words; empty ones leave the default.

        Raises:
            InputError: a word is not known.

        >>> Preparation.parse(window="lung", slice="above 300").slice
        SliceRule(kind='above', value=300.0)
        """
        planes: dict[str, Plane] = {name: name for name in DISPLAY}
        if plane and plane.lower() not in planes:
            raise unknown("plane", plane, planes)
        return cls(
            Window.parse(window) if window else None,
            planes[plane.lower()] if plane else None,
            SliceRule.parse(slice) if slice else MIDDLE,
            SeriesRule.parse(series),
        )


def is_readable(path: Path) -> bool:
    """Whether a file's name or, where that says nothing, its first bytes are of a format that is read.

    A link that leads nowhere has the name alone: reading it says what it is.
    """
    if suffix_of(path) in SUFFIXES:
        return os.path.lexists(path) and not path.is_dir()
    return path.name != "DICOMDIR" and looks_like_dicom(path)


def suffix_of(path: Path) -> str:
    """The suffix in lower case, `.nii.gz` in one piece.

    >>> suffix_of(Path("scans/A.NII.GZ")), suffix_of(Path("1.2.840.5"))
    ('.nii.gz', '.5')
    """
    name = path.name.lower()
    return ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()


def read_image(path: Path, how: Preparation | None = None) -> Image:
    """One picture of a PNG, JPEG, TIFF, BMP, WebP, GIF, PNM, DICOM or NIfTI file, or of a folder of DICOM slices.

    What is flat and of 8 bits stays as it is; everything else is made as `how` says, and is a volume where that takes
    all slices. `Image.made` says each step.

    Raises:
        InputError: there is nothing to read, it is damaged or no image, or it cannot be prepared so; one sentence that
            names the file, and nothing of what stands in it of a patient.
    """
    how = how or Preparation()
    suffix = suffix_of(path)
    if suffix in nifti.SUFFIXES:
        return _nifti_image(path, how)
    if suffix in raster.SUFFIXES:
        if how.window is not None:
            raise InputError(f"A window is for DICOM and NIfTI files; '{printable(path)}' is read without one.")
        return raster.read_raster(path)
    return read_dicom(path, how.window, how.plane, how.slice, how.series)


def _nifti_image(path: Path, how: Preparation) -> Image:
    volume = nifti.read_volume(path)

    def grey(values: NDArray[Any]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
        if how.window is None:
            picture, step = own_range(values)
            return picture, (step,)
        said = ("values taken for HU",) if how.window.name else ()
        window = how.window if how.window.name else how.window.without_unit()
        return window.grey(values), (*said, window.made)

    try:
        plane = how.plane or "axial"
        if how.slice.whole:
            return whole_volume(volume, plane, grey)
        index, said = how.slice.of_volume(volume.array, plane)
        return cut_image(volume, plane, index, said, grey)
    except InputError as error:
        raise InputError(f"'{printable(path)}' cannot be shown: {error}") from error
