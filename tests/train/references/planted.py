"""Image sets whose classes are easy to tell, for whoever can see what tells them."""

import numpy as np

from angiogram.data.cases import Case, Cases
from angiogram.data.intake import pixel_hash
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.train.references.task import Task

NAMES = ("blue", "red")
QUESTION = "Which?"


def coloured(count: int = 48) -> Cases:
    """Noise with more red or more blue in it, equally bright; four images a group."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 90, (count, 56, 56, 3), dtype=np.uint8)
    pixels[::2, :, :, 2] += 100
    pixels[1::2, :, :, 0] += 100
    rows = tuple(Case(str(i), f"coloured#{i}", NAMES[i % 2], f"g{i // 4}") for i in range(count))
    return Cases("coloured", rows, NAMES, lambda row: Image(pixels[int(row.id)], ("drawn",)), QUESTION)


def task(cases: Cases, loaded: LoadedModel, cache, progress=lambda _: None) -> Task:
    hashes = tuple(pixel_hash(cases.read(row).pixels) for row in cases.rows)
    return Task(cases, hashes, loaded, cache, progress)
