"""What reaches the encoder of the detail of an image."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.cases import Case, Cases
from angiogram.diagnose.read.modulation_transfer import detail_kept, detail_words, striped, withheld
from angiogram.imaging.image import Image
from angiogram.lesion.plant import planted
from tests.model.tiny import TINY

SHAPES = [(28, 28), (112, 112, 3), (300, 300), (100, 400, 3), (512, 384)]


def of_shape(cases: Cases, shape: tuple[int, ...]) -> Cases:
    """The same cases, all images of this shape."""

    def read(_: Case) -> Image:
        return Image(np.zeros(shape, np.uint8), ())

    return replace(cases, read=read)


@pytest.mark.parametrize("family", TINY)
def test_every_processor_hands_detail_on_and_a_blurring_one_does_not(load_family, squares, family):
    loaded = load_family(family)
    for shape in SHAPES:
        kept = detail_kept(loaded, of_shape(squares, shape))
        assert kept is not None and 0.85 < kept <= 1.0 + 1e-6, (shape, kept)
    with planted(loaded, "blurred-input", 0.5, 0) as blurring:
        assert withheld(detail_kept(blurring, of_shape(squares, (56, 56))))
    with planted(loaded, "blurred-input", 1.0, 0) as blurring:
        assert detail_kept(blurring, of_shape(squares, (300, 300))) == 0.0


def test_images_too_small_for_stripes_are_not_judged(tiny, squares):
    assert detail_kept(tiny, of_shape(squares, (8, 8))) is None and not withheld(None)


def test_stripes_run_along_the_longer_side():
    image = striped((4, 64, 3), 8)
    assert (image.pixels == image.pixels[:1]).all() and image.pixels[0, :, 0].std() > 40
    assert striped((64, 4), 8).pixels[:, 0].std() > 40


def test_the_words_say_how_much_is_handed_on():
    assert "hands on 7 % of the contrast" in detail_words(0.07)
