"""What reaches the encoder of the detail of an image, and what it means when too little does."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.cases import Case, Cases
from angiogram.diagnose.accounting import account
from angiogram.diagnose.bootstrap import resample_groups
from angiogram.diagnose.detail import detail_kept, detail_words, striped, withheld
from angiogram.diagnose.fault import first_fault
from angiogram.diagnose.headline import headline
from angiogram.diagnose.lesions.plant import planted
from angiogram.diagnose.verdicts import verdicts
from angiogram.imaging.image import Image
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


def test_blurred_images_stand_before_every_loss():
    right = {key: np.arange(400) < 400 * share for key, share in (("V", 0.9), ("C", 0.9), ("U", 0.9), ("G", 0.5))}
    draws = resample_groups(np.arange(400))
    found = verdicts(right, draws)
    assert first_fault(found, False) == "mapping"
    assert first_fault(found, False, blurred=True) == first_fault(found, True, blurred=True) == "vision"
    assert first_fault(found, False, {"mapping"}, blurred=True) is None  # nothing new is lost
    assert first_fault(found, False, {"vision"}, blurred=True) == "mapping"  # and nothing new is blurred
    said = headline(found, account(right, draws), detail=0.07)
    assert detail_words(0.07) in said and "stands before the encoder" in said
    assert "encoder could be given" not in headline(found, account(right, draws), detail=0.95)
