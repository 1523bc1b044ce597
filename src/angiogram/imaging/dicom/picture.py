"""One frame of a DICOM object -> `Image`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.aspect import square_pixels
from angiogram.imaging.dicom.colour import rgb
from angiogram.imaging.dicom.decode import pixels
from angiogram.imaging.dicom.padding import is_inverted, without_padding
from angiogram.imaging.dicom.place import sides, spacing
from angiogram.imaging.dicom.rescale import in_hounsfield, rescaled
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.dicom.values import word
from angiogram.imaging.dicom.voi import Shown, voi
from angiogram.imaging.image import BURNED_IN, Image
from angiogram.imaging.window import Window, own_range

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True)
class View:
    """How measured values of an object become grey.

    Attributes:
        shown: the window or table; None for the values' own range.
        inverted: low values are bright (MONOCHROME1).
        said: what a reader must know of the choice.
    """

    shown: Shown | None
    inverted: bool
    said: tuple[str, ...]

    def grey(self, values: NDArray[Any]) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
        """Grey values of the same shape, and the steps as `Image.made` states them."""
        if self.shown is None:
            grey, step = own_range(values)
        else:
            grey, step = self.shown.grey(values), self.shown.made
        if self.inverted:
            return np.uint8(255) - grey, (*self.said, step, "inverted (MONOCHROME1)")
        return grey, (*self.said, step)

    def bright(self, values: NDArray[Any]) -> NDArray[Any]:
        """The values, the larger the brighter."""
        return -values if self.inverted else values


def view(dataset: "Dataset", index: int, window: Window | None) -> View:
    """How this frame is to be shown.

    Args:
        dataset: the object.
        index: of the frame.
        window: the window asked for; None for the file's own, and the own range where it has none.

    Raises:
        UnfitError: a window in HU is asked for and the values are not HU; or the file's table contradicts itself.
    """
    inverted = is_inverted(dataset)
    if window is None:
        shown, said = voi(dataset, index)
        return View(shown, inverted, said)
    hounsfield = in_hounsfield(dataset, index)
    if window.name and not hounsfield:
        raise UnfitError(
            f"is not said to be in HU, which the window '{window.name}' is in; give CENTRE/WIDTH or no window"
        )
    return View(window if hounsfield else window.without_unit(), inverted, ())


def frame_image(dataset: "Dataset", index: int, window: Window | None) -> Image:
    """One frame as a picture.

    Decoded, rescaled once, windowed, inverted once where low values are bright; colours as RGB; pixels made square.

    Raises:
        UnfitError: the frame cannot be read so, e.g. a window is asked for and the frame is in colour.
        InputError: the picture would be too large.
    """
    frame, deep = pixels(dataset, index), None
    if frame.meaning in {"MONOCHROME1", "MONOCHROME2"}:
        values, scaled = rescaled(frame.array, dataset, index)
        if not np.isfinite(values).all():
            raise UnfitError("holds values that are not finite")
        seen = view(dataset, index, window)
        values, filled = without_padding(values, dataset, frame.array)
        picture, steps = seen.grey(values)
        steps = (*scaled, *filled, *steps)
        deep = seen.bright(values)
    elif window is not None:
        raise UnfitError("is in colour, for which there is no window")
    else:
        picture, deep, steps = rgb(frame, dataset)
    aspect = spacing(dataset, index)
    picture, squared = square_pixels(picture, aspect) if aspect else (picture, ())
    return Image(picture, (*frame.made, *steps, *squared, *sides(dataset, index), *warnings(dataset)), deep)


def warnings(dataset: "Dataset") -> tuple[str, ...]:
    """What a reader of the picture must know before it is shown to others."""
    return (BURNED_IN,) if word(dataset, "BurnedInAnnotation") == "YES" else ()
