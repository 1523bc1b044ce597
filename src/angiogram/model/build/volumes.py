"""Volumes as an encoder takes them, by the image processor of pictures."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.imaging.depth import with_slices
from angiogram.imaging.image import is_volume


def volume_values(image_processor: Any, images: Any, slices: int, channels: int) -> NDArray[np.floating]:
    """`pixel_values` `[B, C, slices, H, W]` of grey volumes, uint8 `[S, H, W]` each.

    Args:
        image_processor: of transformers; makes the slices of the encoder's size and normalises them, as it does with
            pictures.
        images: a volume, or lists of them.
        slices: that the encoder takes; a volume of more or fewer is resampled linearly.
        channels: 3 shows the grey in all colours, 1 in one.

    Raises:
        InputError: one of them is a picture.
    """
    made: list[NDArray[np.floating]] = []
    for volume in _each(images):
        if not _deep(volume):
            raise InputError(f"The model takes volumes, resampled to {slices} slices, and is given a picture.")
        shown = [PIL.Image.fromarray(each).convert("RGB") for each in with_slices(volume, slices)]
        values = np.stack(image_processor(shown, return_tensors="np")["pixel_values"])  # [S, 3, H, W]
        made.append(values.swapaxes(0, 1)[:channels])
    return np.stack(made)


def pictures_only(images: Any) -> Any:
    """The same images.

    Raises:
        InputError: one of them is a volume.
    """
    for image in _each(images):
        if _deep(image):
            raise InputError(f"The model takes pictures, and is given a volume of {len(image)} slices.")
    return images


def _each(images: Any) -> Iterator[Any]:
    """Every image in lists of lists of them."""
    if isinstance(images, list | tuple):
        for image in images:
            yield from _each(image)
    else:
        yield images


def _deep(image: Any) -> bool:
    return isinstance(image, np.ndarray) and is_volume(image)
