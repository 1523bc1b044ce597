"""One slice of a series, or one frame of a multi-frame object: where it lies and what it may be divided by."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.imaging.dicom.decode import frames, is_colour
from angiogram.imaging.dicom.functional import holder
from angiogram.imaging.dicom.kinds import is_secondary_capture, refuse_what_is_no_image
from angiogram.imaging.dicom.place import Vector, orientation, position, spacing, thick, thickness
from angiogram.imaging.dicom.unfit import UnfitError, attempt
from angiogram.imaging.dicom.values import items, number, whole, word, words

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

# What tells time points, echoes and kinds of images apart, and the group it stands in for single frames; the first that
# divides does.
_TIMES = (
    ("TemporalPositionIdentifier", ""),
    ("TemporalPositionIndex", "FrameContentSequence"),
    ("AcquisitionNumber", ""),
    ("EchoNumbers", ""),
    ("EchoTime", ""),
    ("EffectiveEchoTime", "MREchoSequence"),
    ("DiffusionBValue", "MRDiffusionSequence"),
    ("ImageType", ""),
    ("FrameType", "MRImageFrameTypeSequence"),
    ("FrameType", "CTImageFrameTypeSequence"),
    ("TriggerTime", ""),
    ("AcquisitionTime", ""),
)


@dataclass(frozen=True)
class Slice:
    """A slice, not yet decoded.

    Attributes:
        path: its file.
        index: of the frame in the file.
        header: the file's attributes without pixels.
        position: centre of its first pixel in mm (left, posterior, superior).
        directions: `[2, 3]`, along a row and down a column.
        spacing: distance of rows, of columns, in mm.
        thickness: distance of slices by the header, else their thickness, in mm; None where it says neither.
        thick: thickness by the header, in mm; None where it does not say.
        series: what names the series; compared, never shown.
        number: of the series, by which series are ordered; None where it is not said.
        kind: shape and meaning of the pixels; slices of one volume share it.
        times: what may tell time points apart; compared, never shown.
        instance: what should name its file alone, and may not; compared, never shown.
    """

    path: Path
    index: int
    header: "Dataset"
    position: Vector
    directions: Vector
    spacing: tuple[float, float]
    thickness: float | None
    thick: float | None
    series: str
    number: float | None
    kind: tuple[int, int, str, str]
    times: tuple[str, ...]
    instance: str


def slices_of(path: Path, header: "Dataset") -> Iterator[Slice]:
    """The slices in one file.

    Args:
        path: the file.
        header: from `open_dicom`.

    Raises:
        UnfitError: it is no slice of a volume; the reason.
    """
    refuse_what_is_no_image(header, pixels_read=False)
    if is_secondary_capture(header):
        raise UnfitError("is a secondary capture, no slice that was measured")
    if "LOCALIZER" in words(header, "ImageType"):
        raise UnfitError("is a localizer, no slice of the series")
    if is_colour(header):
        raise UnfitError("is in colour, no slice that was measured")
    rows, columns = whole(header, "Rows"), whole(header, "Columns")
    count = frames(header)
    if count > 1 and len(items(header, "PerFrameFunctionalGroupsSequence")) != count:
        raise UnfitError("does not say where each of its frames lies in the patient")
    series, instance = word(header, "SeriesInstanceUID"), word(header, "SOPInstanceUID")
    ordinal = attempt(lambda: number(header, "SeriesNumber"))
    for index in range(count):
        place, directions, step = position(header, index), orientation(header, index), spacing(header, index)
        if place is None or directions is None or step is None:
            raise UnfitError("does not say where its pixels lie in the patient")
        stack = word(holder(header, index, "FrameContentSequence", "StackID"), "StackID")
        yield Slice(
            path,
            index,
            header,
            place,
            directions,
            step,
            thickness(header, index),
            thick(header, index),
            series,
            ordinal,
            (rows, columns, word(header, "PhotometricInterpretation"), stack),
            tuple("\\".join(words(holder(header, index, macro, keyword), keyword)) for keyword, macro in _TIMES),
            instance,
        )
