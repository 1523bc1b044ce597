"""Other views of an image of which its text still holds.

A flip makes a left lung a right one, so it is only for texts that name no side; what moves pixels is not for boxes and
measurements. Public code turns and flips images whose texts say left and right. [own]
"""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiogram.data.annotations.entry import Entry
from angiogram.imaging.image import Image

SHIFT = 0.05  # of the side
CONTRAST, BRIGHTNESS = 0.1, 0.1  # standard deviations; brightness of the range of pixels
SIDED = re.compile(
    r"\b((left|right)(wards?|most|s)?|\w*lateral(ly|i[sz]ed|ity)?|[lr]t|[lr][lu]l|rml|side[ds]?|[lr]|(dextr|sinistr|levo)\w*"
    r"|lingula\w*|situs|mirror\w*)\b|-sided|[左右]", re.IGNORECASE,
)  # fmt: skip
"""Words that name a side, or that are true of one side alone."""
PLACED = re.compile(
    r"\b(upper|lower|top|bottom|above|below|apical|basal|quadrant|corner|cent(re|er)|where|position|location)\b",
    re.IGNORECASE,
)


def augmented(entry: Entry, image: Image, chance: np.random.Generator) -> Image:
    """The image with other contrast and brightness, moved and mirrored as far as its entry allows.

    Args:
        entry: asks about it.
        image: picture or volume; mirrored along its columns.
        chance: decides, always with as many draws.
    """
    contrast, brightness = 1 + CONTRAST * chance.standard_normal(), BRIGHTNESS * chance.standard_normal()
    shift, mirror = chance.uniform(-SHIFT, SHIFT, 2), chance.random() < 0.5
    pixels, made = image.pixels, list(image.made)
    if may_move(entry):
        pixels = _moved(pixels, shift, _columns(image))
        made.append(f"moved by {shift[0]:+.1%} and {shift[1]:+.1%}")
    if mirror and may_mirror(entry):
        pixels = np.flip(pixels, axis=_columns(image))
        made.append("mirrored")
    values = 127.5 + (pixels.astype(np.float32) - 127.5) * contrast + 255 * brightness
    made.append(f"contrast {contrast:.2f}, brightness {brightness:+.2f}")
    return replace(image, pixels=np.clip(values, 0, 255).astype(np.uint8), made=tuple(made), values=None)


def may_move(entry: Entry) -> bool:
    """Whether the entry says nothing of where something is, nor of how large."""
    return entry.answer.box is None and entry.answer.value is None and not _says(entry, PLACED)


def may_mirror(entry: Entry) -> bool:
    """Whether the entry says nothing of a side either.

    >>> may_mirror(Entry("a", "a.png", "vqa", "Is the left lung clear?", "yes", "ours"))
    False
    >>> may_mirror(Entry("a", "a.png", "vqa", "Is there an effusion?", "yes", "ours"))
    True
    """
    return may_move(entry) and not _says(entry, SIDED)


def _says(entry: Entry, pattern: re.Pattern[str]) -> bool:
    answer = entry.answer
    named = (answer.label, *(answer.labels or ()), *(answer.options or ()))
    texts = (entry.prompt, entry.target, *(name.replace("_", " ") for name in named if name))
    return any(pattern.search(text) for text in texts)


def _columns(image: Image) -> int:
    """The axis of the columns: the last one, behind the slices of a volume, or that before the colours."""
    return 1 if image.slices is None else 2


def _moved(pixels: NDArray[np.uint8], shift: NDArray[np.float64], columns: int) -> NDArray[np.uint8]:
    """Rows and columns moved by whole pixels, the border repeated."""
    found = pixels
    for axis, part in zip((columns - 1, columns), shift, strict=True):
        places = np.arange(found.shape[axis]) - round(part * found.shape[axis])
        found = np.take(found, np.clip(places, 0, found.shape[axis] - 1), axis=axis)
    return found
