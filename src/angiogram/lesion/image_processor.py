"""A copy of a model's processor that prepares other images than it is given."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import PIL.Image

from angiogram.model.load import LoadedModel

Look = Callable[[PIL.Image.Image], PIL.Image.Image]


def seen_as(loaded: LoadedModel, look: Look, said: str) -> LoadedModel:
    """The same model with a processor that changes every image before it prepares it; `loaded` keeps its own.

    What is read of the images themselves, such as the tap `pixels`, stays as it was. `said` stands in the processor's
    settings, which are part of every cache's fingerprint.
    """
    image_processor = loaded.processor.image_processor
    kind: Any = type(image_processor)

    def call(self: Any, images: Any, *args: Any, **kwargs: Any) -> Any:
        return kind.__call__(self, _each(images, look), *args, **kwargs)

    changed = copy.copy(image_processor)
    changed.__class__ = type(kind.__name__, (kind,), {"__call__": call, "__module__": kind.__module__})
    changed.lesion = said
    return with_image_processor(loaded, changed)


def with_image_processor(loaded: LoadedModel, image_processor: Any) -> LoadedModel:
    """The same model with another image processor in its processor."""
    processor = copy.copy(loaded.processor)
    processor.image_processor = image_processor
    return replace(loaded, processor=processor)


def _each(images: Any, look: Look) -> Any:
    """Every picture in lists of lists of them."""
    if isinstance(images, PIL.Image.Image):
        return look(images)
    return [_each(image, look) for image in images]
