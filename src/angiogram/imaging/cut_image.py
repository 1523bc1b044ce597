"""One cut of a volume -> `Image`."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.imaging.aspect import square_pixels
from angiogram.imaging.image import Image
from angiogram.imaging.planes import DISPLAY, Plane, cut, cut_spacing
from angiogram.imaging.volume import Volume

Grey = Callable[[NDArray[Any]], tuple[NDArray[np.uint8], tuple[str, ...]]]


def cut_image(volume: Volume, plane: Plane, index: int, said: str, grey: Grey) -> Image:
    """One slice, in radiological display and with square pixels.

    Args:
        volume: in RAS+.
        plane: the plane of the cut.
        index: of the cut in the volume.
        said: which one it is and why, from `SliceRule.choose`.
        grey: finite values `[H, W]` -> grey values and the steps to them.

    Raises:
        InputError: the slice holds no finite number, or the picture would be too large.
    """
    values, filled = finite(cut(volume.array, plane, index))
    pixels, steps = grey(values)
    pixels, squared = square_pixels(pixels, cut_spacing(volume.spacing, plane))
    made = (*volume.made, f"{plane} slice {said}", *filled, *steps, *squared, DISPLAY[plane])
    return Image(np.ascontiguousarray(pixels), made, np.array(values))  # a copy: the volume is let go


def finite(values: NDArray[Any]) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The values with what is no finite number set to the lowest that is; and the step as `Image.made` states it.

    Raises:
        InputError: none is finite.

    >>> finite(np.array([1.0, np.nan, 3.0]))
    (array([1., 1., 3.]), ('1 of 3 values are no finite numbers, taken for the lowest',))
    """
    known = np.isfinite(values)
    if known.all():
        return values, ()
    if not known.any():
        raise InputError("It holds no finite number.")
    many = int(known.size - np.count_nonzero(known))
    filled = np.where(known, values, values[known].min())
    return filled, (f"{many} of {known.size} values are no finite numbers, taken for the lowest",)
