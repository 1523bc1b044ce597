"""Input: the encoder is shown something else than the images, or is shown them in other numbers."""

import copy
from collections.abc import Callable
from functools import partial

import numpy as np
import PIL.Image
import PIL.ImageOps
from PIL.Image import Resampling, Transpose

from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.lesion.image_processor import seen_as, with_image_processor
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

GREY = 128
TILES = 4
UNLIKE: frozenset[Fault] = frozenset({"vision", "hand-over"})
WHY = (
    "The encoder was not trained on such images: its features lose the class, or keep it where the parts behind do not "
    "look for it."
)


def blurred(image: PIL.Image.Image, strength: float) -> PIL.Image.Image:
    """The image with as much detail as `side ** (1 - strength)` pixels a side hold: at 1 a single colour.

    >>> blurred(PIL.Image.linear_gradient("L"), 1.0).getextrema()
    (128, 128)
    """
    small = [max(1, round(side ** (1 - strength))) for side in image.size]
    return image.resize((small[0], small[1]), Resampling.BOX).resize(image.size, Resampling.BICUBIC)


def shrunken(image: PIL.Image.Image, strength: float) -> PIL.Image.Image:
    """The image at 1 - strength / 2 of its size in the middle of an even grey of its old size."""
    small = [max(1, round(side * (1 - strength / 2))) for side in image.size]
    seen = PIL.Image.new(image.mode, image.size, GREY if image.mode == "L" else (GREY,) * len(image.getbands()))
    corner = [(side - less) // 2 for side, less in zip(image.size, small, strict=True)]
    seen.paste(image.resize((small[0], small[1]), Resampling.BICUBIC), (corner[0], corner[1]))
    return seen


def cropped(image: PIL.Image.Image, strength: float) -> PIL.Image.Image:
    """The middle 1 - strength / 2 of each side, enlarged to the whole.

    >>> cropped(PIL.Image.linear_gradient("L"), 1.0).getextrema()
    (64, 191)
    """
    cut = [side * strength / 4 for side in image.size]
    box = (cut[0], cut[1], image.size[0] - cut[0], image.size[1] - cut[1])
    return image.resize(image.size, Resampling.BILINEAR, box=box)


def turned(image: PIL.Image.Image, _: float) -> PIL.Image.Image:
    """A quarter turn to the left, stretched to the old shape."""
    return image.transpose(Transpose.ROTATE_90).resize(image.size, Resampling.BICUBIC)


def inverted(image: PIL.Image.Image, _: float) -> PIL.Image.Image:
    """Black for white."""
    return PIL.ImageOps.invert(image)


def shuffled(image: PIL.Image.Image, order: tuple[int, ...]) -> PIL.Image.Image:
    """The 4 x 4 tiles of the image in another order; where they differ by a pixel they are stretched to fit."""
    ends = [np.linspace(0, side, TILES + 1).round().astype(int).tolist() for side in image.size]
    boxes = [(ends[0][x], ends[1][y], ends[0][x + 1], ends[1][y + 1]) for y in range(TILES) for x in range(TILES)]
    if min(image.size) < TILES:
        raise InputError(f"An image of {image.size[0]}x{image.size[1]} pixels has no 4 x 4 tiles to be shuffled.")
    seen = image.copy()
    for to, source in zip(boxes, order, strict=True):
        tile = image.crop(boxes[source]).resize((to[2] - to[0], to[3] - to[1]), Resampling.NEAREST)
        seen.paste(tile, to[:2])
    return seen


def _look(change: Callable[[PIL.Image.Image, float], PIL.Image.Image], planting: Planting) -> LoadedModel:
    strength = planting.strength
    return seen_as(planting.loaded, lambda image: change(image, strength), f"{change.__name__} {strength!r}")


def _shuffle(planting: Planting) -> LoadedModel:
    """One order for all images: what stands where can still be learnt."""
    order: tuple[int, ...] = tuple(planting.rng("tiles").permutation(TILES**2).tolist())
    return seen_as(planting.loaded, lambda image: shuffled(image, order), f"shuffled {order}")


def _normalise(planting: Planting) -> LoadedModel:
    """Mean and spread move to 0 and 1, which is no normalisation.

    Raises:
        InputError: the image processor does not normalise.
    """
    changed = copy.copy(planting.loaded.processor.image_processor)
    mean, spread = (getattr(changed, name, None) for name in ("image_mean", "image_std"))
    if mean is None or spread is None or not getattr(changed, "do_normalize", False):
        raise InputError(f"The image processor of '{planting.loaded.name}' does not normalise.")
    if not any(mean) and set(spread) == {1}:
        raise InputError(f"The image processor of '{planting.loaded.name}' has mean 0 and spread 1 already.")
    changed.image_mean = [(1 - planting.strength) * each for each in mean]
    changed.image_std = [each ** (1 - planting.strength) for each in spread]
    return with_image_processor(planting.loaded, changed)


BLURRED = Lesion(
    "blurred-input", "input", UNLIKE, "tuning", "The images are blurred before the vision encoder sees them.",
    "Detail is gone; what is left the encoder was not trained on, and may hand over the class in other terms.",
    partial(_look, blurred), draws=False,
)  # fmt: skip
SHRUNKEN = Lesion(
    "half-size-input", "input", UNLIKE, "tuning", "The images are shown at half their size on an even grey.", WHY,
    partial(_look, shrunken), draws=False,
)  # fmt: skip
UNNORMALISED = Lesion(
    "wrong-normalisation", "input", UNLIKE, "tuning", "The images are normalised by mean 0 and spread 1.", WHY,
    _normalise, draws=False,
)  # fmt: skip
INVERTED = Lesion(
    "inverted-grey", "input", UNLIKE, "frozen", "Black and white of the images change places.", WHY,
    partial(_look, inverted), draws=False, graded=False,
)  # fmt: skip
TURNED = Lesion(
    "quarter-turn", "input", UNLIKE, "frozen", "The images are turned by a quarter.", WHY,
    partial(_look, turned), draws=False, graded=False,
)  # fmt: skip
CROPPED = Lesion(
    "centre-crop", "input", UNLIKE, "frozen", "Only the middle of the images is shown, enlarged to the whole.",
    "What surrounds the middle is gone, and what is left is larger than the encoder is used to.",
    partial(_look, cropped), draws=False,
)  # fmt: skip
SHUFFLED = Lesion(
    "shuffled-tiles", "input", UNLIKE, "frozen", "The images' 4 x 4 tiles are shown in another order.", WHY,
    _shuffle, graded=False,
)  # fmt: skip
