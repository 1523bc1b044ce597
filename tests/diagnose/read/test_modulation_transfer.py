"""What reaches the encoder of the detail of an image."""

from dataclasses import replace
from typing import Any

import numpy as np
import PIL.Image
import pytest
from PIL.Image import Resampling

from angiogram.data.cases import Case, Cases
from angiogram.diagnose.read.modulation_transfer import detail_kept, detail_words, striped, withheld
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from tests.model.build.deep import write_deep
from tests.model.tiny import FAMILIES

SHAPES = [(28, 28), (112, 112, 3), (300, 300), (100, 400, 3), (512, 384)]


def of_shape(cases: Cases, shape: tuple[int, ...]) -> Cases:
    """The same cases, all images of this shape."""

    def read(_: Case) -> Image:
        return Image(np.zeros(shape, np.uint8), ())

    return replace(cases, read=read)


class Blurring:
    """A processor that first makes every image as coarse as so many pixels a side."""

    def __init__(self, processor: Any, side: int):
        self.processor, self.side = processor, side

    def __getattr__(self, name: str) -> Any:
        return getattr(self.processor, name)

    def __call__(self, images: Any = None, **rest: Any) -> Any:
        return self.processor(images=self.coarse(images), **rest)

    def coarse(self, images: Any) -> Any:
        if isinstance(images, PIL.Image.Image):
            return images.resize((self.side, self.side), Resampling.BOX).resize(images.size, Resampling.BICUBIC)
        return [self.coarse(image) for image in images]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_processor_hands_detail_on_and_a_blurring_one_does_not(load_family, squares, family):
    loaded = load_family(family)
    for shape in SHAPES:
        kept = detail_kept(loaded, of_shape(squares, shape))
        assert kept is not None and 0.85 < kept <= 1.0 + 1e-6, (shape, kept)
    for side, shape in ((7, (56, 56)), (8, (300, 300))):
        blurring = replace(loaded, processor=Blurring(loaded.processor, side))
        assert withheld(detail_kept(blurring, of_shape(squares, shape)))
    one_colour = replace(loaded, processor=Blurring(loaded.processor, 1))
    assert detail_kept(one_colour, of_shape(squares, (300, 300))) == 0.0


def test_images_too_small_for_stripes_are_not_judged(tiny, squares):
    assert detail_kept(tiny, of_shape(squares, (8, 8))) is None and not withheld(None)


def test_stripes_run_along_the_longer_side():
    image = striped((4, 64, 3), 8)
    assert (image.pixels == image.pixels[:1]).all() and image.pixels[0, :, 0].std() > 40
    assert striped((64, 4), 8).pixels[:, 0].std() > 40


def test_stripes_of_a_volume_run_across_its_slices():
    image = striped((30, 8, 64), 8)
    assert image.slices == 30 and (image.pixels == image.pixels[:1, :1]).all() and image.pixels[0, 0].std() > 40


@pytest.mark.parametrize("encoder", ["native", "slices"])
def test_a_volume_keeps_its_detail_however_many_slices_it_has(squares, encoder, tmp_path):
    loaded = load_model(str(write_deep(tmp_path, encoder)), tmp_path, print)
    for shape in ((4, 28, 28), (20, 60, 80), (2, 112, 112)):
        kept = detail_kept(loaded, of_shape(squares, shape))
        assert kept is not None and 0.75 < kept <= 1.0 + 1e-6, (shape, kept)


def test_less_than_half_of_the_contrast_is_withheld():
    assert withheld(0.49) and not withheld(0.5)
    assert "hands on 7 % of the contrast" in detail_words(0.07)
