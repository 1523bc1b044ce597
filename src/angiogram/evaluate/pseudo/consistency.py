"""Whether a model says the same of an image when it looks a second time."""

from dataclasses import replace

import numpy as np

from angiogram.data.annotations.tasks import Task
from angiogram.evaluate.metrics.overlap import token_f1
from angiogram.evaluate.metrics.places import iou
from angiogram.evaluate.read.reading import Reading
from angiogram.imaging.image import Image

CONTRAST = 0.8  # of the second look
OVERLAP = 0.5  # intersection over union of two boxes
APART = 0.1  # of two numbers, as a share of the larger
WORDS = 0.8  # token F1 of two texts


def second_look(image: Image) -> Image:
    """The image with four fifths of its contrast: what is where, how large and on which side, stays as it is.

    >>> second_look(Image(np.array([[0, 100]], np.uint8), ())).pixels.tolist()
    [[10, 90]]
    """
    pixels = image.pixels.astype(np.float64)
    less = np.rint(pixels.mean() + CONTRAST * (pixels - pixels.mean())).astype(np.uint8)
    return replace(image, pixels=less, made=(*image.made, f"contrast {CONTRAST:g}"), values=None)


def agree(task: Task, one: Reading, other: Reading) -> bool:
    """Whether two answers to one question say the same; those that could not be read never do. The limits are ours.

    Options and findings must be equal, numbers within a tenth, boxes overlap by half, words by a token F1 of 0.8.

    >>> agree("vqa", Reading("yes", "exact", label="yes"), Reading("no", "exact", label="no"))
    False
    >>> agree("rec", Reading("", "exact", box=(0, 0, 1, 1)), Reading("", "exact", box=(0, 0, 1, 0.9)))
    True
    >>> agree("report", Reading("The heart is large.", "text"), Reading("The heart is very large.", "text"))
    True
    """
    if not (one.is_read and other.is_read):
        return False
    if task == "calculation" and one.value is not None and other.value is not None:
        return abs(one.value - other.value) <= APART * max(abs(one.value), abs(other.value))
    if task == "rec" and one.box is not None and other.box is not None:
        return iou(one.box, other.box) >= OVERLAP
    if one.labels is not None and other.labels is not None:
        return set(one.labels) == set(other.labels)
    if one.label is not None and other.label is not None:
        return one.label == other.label
    return token_f1(one.text, other.text) >= WORDS
