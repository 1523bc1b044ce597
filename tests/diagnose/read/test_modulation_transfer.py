"""What reaches the encoder of the detail of an image, and what it means when too little does."""

from dataclasses import replace

import numpy as np
import pytest
from angiogram.diagnose.judge.fault import first_fault
from angiogram.diagnose.judge.verdicts import verdicts

from angiogram.data.cases import Case, Cases
from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.read.modulation_transfer import detail_kept, detail_words, striped, suspected, withheld
from angiogram.diagnose.statistics.bootstrap import resample_groups
from angiogram.diagnose.tell.headline import headline
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


def judged(**shares):
    right = {key: np.arange(400) < 400 * share for key, share in shares.items()}
    draws = resample_groups(np.arange(400))
    return verdicts(right, draws, null_band=0.3), account(right, draws)


@pytest.mark.parametrize(
    ("shares", "fault", "behind"),
    [
        ({"R": 0.9, "V": 0.5, "C": 0.5, "U": 0.5, "S": 0.5, "G": 0.5}, "vision", "vision"),
        ({"V": 0.9, "C": 0.9, "U": 0.9, "S": 0.5, "G": 0.5}, "mapping", "vision"),
        ({"V": 0.9, "C": 0.9, "U": 0.5, "S": 0.5, "G": 0.5}, "comprehension", "vision"),
        ({"V": 0.9, "C": 0.9, "U": 0.9, "S": 0.9, "G": 0.5}, "mapping", None),  # only the format fails
        ({"R": 0.9, "V": 0.9, "C": 0.5, "U": 0.5, "S": 0.5, "G": 0.5}, "connector", None),
        ({"V": 0.9, "C": 0.9, "U": 0.9, "S": 0.9, "G": 0.9}, None, None),
        ({"V": 0.2, "C": 0.2, "U": 0.2, "S": 0.2, "G": 0.2}, None, "nothing"),
    ],
)
def test_what_blurred_images_may_explain(shares, fault, behind):
    found, accounting = judged(**shares)
    assert first_fault(found, False) == fault
    assert not suspected(found, accounting.accuracies, 0.3, 0.95)
    assert suspected(found, accounting.accuracies, 0.3, 0.07) == (behind is not None)
    if behind is not None:
        said = headline(found, accounting, 0.3, blurred=0.07)
        assert detail_words(0.07) in said and "the fault may stand before it" in said
        assert first_fault(found, False, blurred=True) == (None if behind == "nothing" else behind)


def test_only_what_is_new_counts():
    found, _ = judged(V=0.9, C=0.9, U=0.9, S=0.5, G=0.5)
    assert first_fault(found, True, blurred=True) == "vision"
    assert first_fault(found, False, {"mapping"}, blurred=True) is None  # nothing new is lost
    assert first_fault(found, False, {"vision"}, blurred=True) == "mapping"  # and nothing new is blurred
