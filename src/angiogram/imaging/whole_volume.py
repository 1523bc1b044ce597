"""All slices of a volume -> `Image`."""

import numpy as np

from angiogram.errors import InputError
from angiogram.imaging.cut_image import Grey, finite
from angiogram.imaging.image import Image, is_volume
from angiogram.imaging.planes import DISPLAY, Plane, axis, cut, cut_spacing
from angiogram.imaging.volume import Volume


def whole_volume(volume: Volume, plane: Plane, grey: Grey) -> Image:
    """Every cut along a plane, each in radiological display, from the patient's left, back or foot on: `[S, H, W]`.

    Nothing is resampled: a model's processor fits a volume to its input, whatever its voxels. All slices have one
    window, so that a grey value means the same everywhere.

    Args:
        volume: in RAS+.
        plane: of the cuts.
        grey: finite values -> grey values and the steps to them.

    Raises:
        InputError: the volume holds no finite number, or is 3 pixels wide, which is taken for colours.
    """
    count = volume.array.shape[axis(plane)]
    values, filled = finite(np.stack([cut(volume.array, plane, index) for index in range(count)]))
    if not is_volume(values):
        raise InputError("A volume whose slices are 3 pixels wide is not told from a picture in colours.")
    pixels, steps = grey(values)
    down, across = cut_spacing(volume.spacing, plane)
    said = (
        f"all {count} {plane} slices, {volume.spacing[axis(plane)]:g} mm apart",
        f"pixels of {down:g} x {across:g} mm, not resampled",
    )
    return Image(np.ascontiguousarray(pixels), (*volume.made, *said, *filled, *steps, DISPLAY[plane]))
