"""The input rung: what answers better on the cases that teach is judged on others."""

from dataclasses import replace

import numpy as np
import PIL.Image
import pytest

from angiogram.diagnose.repair.preparation import (
    AS_THEY_ARE,
    PREPARATIONS,
    enlarged,
    preparation_passes,
    preparation_rung,
    without_border,
)
from angiogram.imaging.image import Image
from tests.diagnose.repair.benches import bench_of


def drawn(shape):
    return PIL.Image.fromarray(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))


@pytest.mark.parametrize("name", PREPARATIONS)
@pytest.mark.parametrize("shape", [(56, 40), (40, 56, 3), (1, 1), (3, 2, 3), (5, 1)])
def test_a_preparation_keeps_size_and_channels(name, shape):
    made = PREPARATIONS[name](drawn(shape))
    assert np.asarray(made).shape == shape and np.asarray(made).dtype == np.uint8


def test_the_middle_is_enlarged():
    pixels = np.zeros((40, 40), np.uint8)
    pixels[10:30, 10:30] = 200
    assert (np.asarray(enlarged(PIL.Image.fromarray(pixels))) == 200).all()


@pytest.mark.parametrize("channels", [(), (3,)])
def test_a_border_of_the_corner_s_colour_goes_and_nothing_else(channels):
    pixels = np.full((60, 40, *channels), 17, np.uint8)
    pixels[20:40, 5:25] = 200
    assert (np.asarray(without_border(PIL.Image.fromarray(pixels))) == 200).all()
    noisy = drawn((60, 40, *channels))
    assert np.array_equal(np.asarray(without_border(noisy)), np.asarray(noisy))


def test_an_even_image_has_no_border():
    even = PIL.Image.fromarray(np.full((9, 9), 128, np.uint8))
    assert np.array_equal(np.asarray(without_border(even)), np.asarray(even))


def test_images_that_were_inverted_are_turned_back(answering):
    cases = answering.cases
    negative = replace(cases, read=lambda case: Image(255 - cases.read(case).pixels, ()))
    bench, said = bench_of(replace(answering, cases=negative)), []
    rung = preparation_rung(bench, said.append)
    assert rung.place == "input" and "training cases: inverted; judged on" in rung.done
    assert rung.before < 0.6 and rung.after.value > 0.9 and rung.outcome == "brings it back"
    assert said == [f"ladder: 5 other preparations of the images, about {preparation_passes(bench)} passes"]
    assert rung.passes == preparation_passes(bench) == 6 * 48 + 72 and rung.cases == 48


def test_where_the_images_are_right_they_stay_as_they_are(answering):
    rung = preparation_rung(bench_of(answering), lambda _: None)
    assert f"training cases: {AS_THEY_ARE}; judged on" in rung.done
    assert rung.recovered.value == 0.0 and rung.after.value == rung.before > 0.9
    assert rung.passes == 5 * 48  # nothing new was to be judged
