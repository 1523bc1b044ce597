"""How much detail of the images reaches the encoder: the modulation transfer of what prepares them. [own]

No encoder sees what was taken away before it. Stripes on an even grey, prepared as the images are, change the pixel
values in proportion to the contrast that is handed on; beside a single wave over the whole image this is the modulation
transfer function by which imaging devices are judged. It is taken at 8 pixels a stripe pair, of the image or of the
encoder's input, whichever has fewer: every way to resize hands on most of that, and whoever does not has the images
prepared for another model, or blurred.
"""

import numpy as np
import torch
from torch import Tensor

from angiogram.data.cases import Cases
from angiogram.diagnose.phrases import percent
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare

PERIOD = 8
LEAST = 0.5
"""Share of the contrast below which detail counts as withheld."""

_GREY, _SWING = 128, 64


def detail_kept(loaded: LoadedModel, cases: Cases) -> float | None:
    """Contrast of fine stripes that reaches the encoder, as a share of that of one coarse wave.

    Measured on an image in the shape of the first case, along its longer side, of a volume that of its slices. None
    where the images or the encoder's input are too small for stripes, or the model is not given pixel values.
    """
    first = cases.read(cases.rows[0])
    shape, sides = first.pixels.shape, first.size
    prompt = chat(loaded.processor, cases.ask())

    def change(waves: int) -> list[Tensor]:
        return [
            given - base for given, base in zip(_pixel_values(loaded, prompt, striped(shape, waves)), even, strict=True)
        ]

    even = _pixel_values(loaded, prompt, striped(shape, 0))
    coarse = change(1)
    moved = sum(int((values != 0).sum()) for values in coarse)
    if even and moved == 0:
        return 0.0
    planes = 3 if loaded.slices is None else sum(values.shape[1] * values.shape[2] for values in coarse)
    waves = round(min(max(sides), (moved / planes) ** 0.5) / PERIOD)
    if waves < 2:
        return None
    return min(1.0, _energy(change(waves)) / _energy(coarse))  # a crop shows only a part of the coarse wave


def withheld(kept: float | None) -> bool:
    """Whether the encoder is shown less detail than the images hold."""
    return kept is not None and kept < LEAST


def detail_words(kept: float) -> str:
    """A clause.

    >>> detail_words(0.07)
    'what prepares the images hands on 7 % of the contrast of detail that the encoder could be given'
    """
    return (
        f"what prepares the images hands on {percent(kept)} of the contrast of detail that the encoder could be given"
    )


def striped(shape: tuple[int, ...], waves: int) -> Image:
    """That many sine waves along the longer side of an even grey, the same in all slices of a volume."""
    even = Image(np.full(shape, _GREY, np.uint8), ())
    axis = int(np.argmax(even.size)) + (even.slices is not None)
    place = (np.arange(shape[axis]) + 0.5) / shape[axis]
    wave = _GREY + _SWING * np.sin(2 * np.pi * waves * place)
    along = [1] * len(shape)
    along[axis] = -1
    return Image(np.broadcast_to(wave.round().astype(np.uint8).reshape(along), shape).copy(), (f"{waves} waves",))


def _pixel_values(loaded: LoadedModel, prompt: str, image: Image) -> list[Tensor]:
    """Every tensor of real numbers among what the model is given."""
    given = prepare(loaded.processor, prompt, [image])
    return [value.double() for value in given.values() if isinstance(value, Tensor) and value.is_floating_point()]


def _energy(change: list[Tensor]) -> float:
    return float(torch.cat([values.flatten() for values in change]).norm())
