"""Images are changed only so far as what is said of them still holds."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.annotations.entry import Answer
from angiogram.imaging.image import Image
from angiogram.train.draws.augment import augmented, may_mirror, may_move
from tests.data.annotations.entries import entry

PLAIN = entry(0, "vqa", prompt="Is there an effusion?", target="yes", answer=Answer(options=("yes", "no")))


def picture(shape=(40, 40)):
    pixels = np.random.default_rng(0).integers(60, 130, shape, dtype=np.uint8)
    pixels[..., shape[-1] // 2 :] += 60
    return Image(pixels, ("drawn",))


def ways(one, image=None, count=60):
    """What was done to the image in many draws."""
    image = image or picture()
    return [augmented(one, image, np.random.default_rng(seed)) for seed in range(count)]


def mirrored(found):
    """In how many draws the image's brighter half, the right one, is on the left; what is said must agree."""
    turned = [each.pixels[:, :15].mean() > each.pixels[:, -15:].mean() for each in found]
    assert turned == ["mirrored" in each.made for each in found]
    return sum(turned)


def moved(found):
    return sum(any(step.startswith("moved") for step in each.made) for each in found)


@pytest.mark.parametrize(
    "words",
    [
        {"prompt": "Is the left lung clear?"},
        {"target": "A right-sided effusion."},
        {"target": "RLL consolidation"},
        *(
            {"target": words}
            for words in (
                "mild dextroscoliosis",
                "Levoscoliosis",
                "Dextrocardia",
                "Lingular opacity",
                "shifted leftward",
                "deviates rightwards",
                "R lung nodule",
                "Opacity (L)",
                "situs inversus",
                "lateralised to one hemithorax",
                "posterolaterally",
                "左肺有病变",
            )
        ),
        {"prompt": "Which side is larger?"},
        {"answer": Answer(options=("left kidney", "liver"))},
        {"answer": Answer(label="Right_lung")},
        {"answer": Answer(labels=("bilateral edema",))},
    ],
)
def test_what_names_a_side_is_never_mirrored(words):
    one = replace(PLAIN, **words)
    assert may_move(one) and not may_mirror(one)
    found = ways(one)
    assert mirrored(found) == 0 and moved(found) == len(found)


@pytest.mark.parametrize(
    "one",
    [
        entry(0, "rec"),
        entry(0, "reg"),
        entry(0, "calculation"),
        replace(PLAIN, prompt="Where is the opacity?"),
        replace(PLAIN, target="In the upper lobe."),
    ],
)
def test_what_says_a_place_or_a_size_keeps_every_pixel_where_it_is(one):
    assert not may_move(one)
    found = ways(one)
    assert mirrored(found) == moved(found) == 0
    flat = np.arange(40, dtype=np.uint8)[None].repeat(40, 0) + 100
    for each in ways(one, Image(flat, ()), 10):
        columns = each.pixels.astype(int)
        assert (columns == columns[:1]).all() and (np.diff(columns[0]) >= 0).all()


def test_what_says_neither_is_mirrored_about_half_the_time():
    assert may_mirror(PLAIN)
    assert 15 < mirrored(ways(PLAIN)) < 45


def test_a_mirrored_image_is_the_mirrored_pixels():
    half = np.zeros((40, 40), np.uint8)
    half[:, :20] = 200
    for each in ways(PLAIN, Image(half, ())):
        left, right = each.pixels[:, 5:15].mean(), each.pixels[:, 25:35].mean()
        assert (left > right) == ("mirrored" not in each.made)


@pytest.mark.parametrize("shape", [(12, 40, 30), (40, 30, 3), (40, 30)])
def test_volumes_and_colours_keep_their_shape(shape):
    image = picture(shape)
    for each in ways(PLAIN, image, 10):
        assert each.pixels.shape == shape and each.pixels.dtype == np.uint8 and each.made[0] == "drawn"


def test_the_same_chance_is_the_same_picture():
    one, other = (augmented(PLAIN, picture(), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one.pixels, other.pixels) and one.made == other.made
