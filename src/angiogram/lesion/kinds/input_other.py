"""Input: for a share of the images the encoder is shown another picture altogether, which belongs to no case."""

from hashlib import blake2b

import numpy as np
import PIL.Image
import PIL.ImageDraw

from angiogram.lesion.image_processor import seen_as
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

SHAPES = 12


def plant(planting: Planting) -> LoadedModel:
    """Show a drawn picture, another for every image that is hit: what it shows is drawn without a look at the image."""

    def look(image: PIL.Image.Image) -> PIL.Image.Image:
        key = int.from_bytes(blake2b(image.tobytes(), digest_size=8).digest(), "big")
        if not planting.hits(key):
            return image
        return drawn_picture(image.size, planting.rng("picture", key)).convert(image.mode)

    return seen_as(planting.loaded, look, f"other pictures {planting.strength!r} {planting.seed}")


def drawn_picture(size: tuple[int, int], rng: np.random.Generator) -> PIL.Image.Image:
    """Ellipses of any grey on black, `size` is (width, height).

    >>> drawn_picture((30, 20), np.random.default_rng(0)).size
    (30, 20)
    """
    seen = PIL.Image.new("L", size)
    pen = PIL.ImageDraw.Draw(seen)
    for _ in range(SHAPES):
        middle, reach = rng.uniform(0, size), rng.uniform(0.05, 0.35, 2) * size
        pen.ellipse([*(middle - reach).tolist(), *(middle + reach).tolist()], fill=int(rng.integers(30, 256)))
    return seen


LESION = Lesion(
    "other-picture", "input", frozenset({"vision"}), "balanced",
    "For a share of the images the vision encoder is shown drawn ellipses in their place, others for every image.",
    "What the encoder is not shown is not in its features; the other images are as before.", plant,
)  # fmt: skip
