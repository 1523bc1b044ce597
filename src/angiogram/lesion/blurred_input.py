"""Vision: the encoder is shown blurred images."""

import copy
from dataclasses import replace
from typing import Any

import PIL.Image
from PIL.Image import Resampling

from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """The same model with a processor that blurs every image before it prepares it; `loaded` keeps its own.

    What is read of the images themselves, such as the tap `pixels`, stays sharp.
    """
    processor = copy.copy(planting.loaded.processor)
    processor.image_processor = _blurring(processor.image_processor, planting.strength)
    return replace(planting.loaded, processor=processor)


def low_passed(image: PIL.Image.Image, strength: float) -> PIL.Image.Image:
    """The image with as much detail as `side ** (1 - strength)` pixels a side hold: at 1 a single colour.

    >>> low_passed(PIL.Image.linear_gradient("L"), 1.0).getextrema()
    (128, 128)
    """
    small = [max(1, round(side ** (1 - strength))) for side in image.size]
    return image.resize((small[0], small[1]), Resampling.BOX).resize(image.size, Resampling.BICUBIC)


def _blurring(image_processor: Any, strength: float) -> Any:
    """A copy that says so in its settings, which are part of every cache's fingerprint."""
    kind: Any = type(image_processor)

    def call(self: Any, images: Any, *args: Any, **kwargs: Any) -> Any:
        return kind.__call__(self, _each(images, self.low_pass), *args, **kwargs)

    blurring = copy.copy(image_processor)
    blurring.__class__ = type(kind.__name__, (kind,), {"__call__": call, "__module__": kind.__module__})
    blurring.low_pass = strength
    return blurring


def _each(images: Any, strength: float) -> Any:
    """Every picture in lists of lists of them."""
    if isinstance(images, PIL.Image.Image):
        return low_passed(images, strength)
    return [_each(image, strength) for image in images]


LESION = Lesion(
    "blurred-input", "vision", "The images are blurred before the vision encoder sees them.", plant, draws=False
)
