"""Two answers to one question agree or not."""

import numpy as np
import pytest

from angiogram.evaluate.pseudo.consistency import agree, second_look
from angiogram.evaluate.read.reading import Reading, unread
from angiogram.imaging.image import Image


@pytest.mark.parametrize(
    ("task", "one", "other", "same"),
    [
        ("calculation", {"value": 0.50}, {"value": 0.54}, True),
        ("calculation", {"value": 0.50}, {"value": 0.60}, False),
        ("rec", {"box": (0.0, 0.0, 0.5, 1.0)}, {"box": (0.5, 0.0, 1.0, 1.0)}, False),
        ("multi_label", {"labels": ("a", "b")}, {"labels": ("b", "a")}, True),
        ("multi_label", {"labels": ("a",)}, {"labels": ()}, False),
        ("multi_class", {"label": "normal"}, {"label": "normal"}, True),
    ],
)
def test_what_agrees(task, one, other, same):
    readings = [Reading("said", "exact", **fields) for fields in (one, other)]
    assert agree(task, *readings) is same and agree(task, *reversed(readings)) is same


def test_what_cannot_be_read_agrees_with_nothing():
    assert not agree("vqa", unread(""), unread(""))


def test_a_second_look_keeps_shape_and_order_of_grey_values():
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    found = second_look(Image(pixels, ("drawn",)))
    assert found.pixels.shape == pixels.shape and (np.diff(found.pixels.ravel().astype(int)) >= 0).all()
    assert found.pixels.std() < pixels.std() and found.made == ("drawn", "contrast 0.8")
