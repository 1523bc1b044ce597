"""More or fewer slices, and what is done to each slice of a volume as to a picture."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from angiogram.imaging.image import Image


def with_slices(volume: NDArray[np.uint8], slices: int) -> NDArray[np.uint8]:
    """The volume `[S, H, W]` in so many slices, `[slices, H, W]`.

    Linear between slices; where they become fewer, each is a mean weighted by a triangle over all slices near it, so
    that no slice is passed over. Together with a processor's bilinear pictures this is trilinear.

    >>> with_slices(np.array([[[0]], [[10]]], np.uint8), 3).flatten().tolist()
    [0, 5, 10]
    """
    count, height, width = volume.shape
    if count == slices:
        return volume
    flat = PIL.Image.fromarray(np.ascontiguousarray(volume).reshape(count, height * width))
    resized = flat.resize((height * width, slices), PIL.Image.Resampling.BILINEAR)
    return np.array(resized).reshape(slices, height, width)


def each_slice(image: Image, change: Callable[[PIL.Image.Image], PIL.Image.Image]) -> Image:
    """The picture changed, or each slice of the volume."""
    if image.slices is None:
        return replace(image, pixels=np.asarray(change(PIL.Image.fromarray(image.pixels))), values=None)
    changed = [np.asarray(change(PIL.Image.fromarray(each))) for each in image.pixels]
    return replace(image, pixels=np.stack(changed), values=None)


def repeated(image: Image, slices: int) -> Image:
    """A picture as a volume that shows it in every slice, in grey.

    >>> repeated(Image(np.zeros((4, 5, 3), np.uint8), ("black",)), 2).pixels.shape
    (2, 4, 5)
    """
    grey = np.asarray(PIL.Image.fromarray(image.pixels).convert("L"))
    return Image(np.repeat(grey[None], slices, axis=0), (*image.made, f"the same in {slices} slices"))
