"""Slices in other numbers, changes of each slice, and a row of slices to look at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.imaging.depth import each_slice, repeated, with_slices
from angiogram.imaging.embedded import base64_png
from angiogram.imaging.image import Image
from angiogram.imaging.strip import strip


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_an_even_volume_stays_even(before, after, grey):
    assert (with_slices(np.full((before, 2, 3), grey, np.uint8), after) == grey).all()


@pytest.mark.parametrize("slices", [3, 5, 12, 24])
def test_a_ramp_stays_a_ramp_and_its_mean_the_same(slices):
    ramp = np.repeat(np.arange(0, 240, 20, dtype=np.uint8)[:, None, None], 4, axis=1)
    made = with_slices(ramp, slices)
    assert made.shape == (slices, 4, 1) and (np.diff(made.astype(int), axis=0) >= 0).all()
    assert made.mean() == pytest.approx(ramp.mean(), abs=1)


def test_no_slice_is_passed_over():
    for lit in range(12):
        volume = np.zeros((12, 2, 2), np.uint8)
        volume[lit] = 240
        assert with_slices(volume, 3).max() > 20


def test_the_plane_of_a_slice_is_left_as_it_is():
    volume = np.random.default_rng(0).integers(0, 256, (4, 6, 5), dtype=np.uint8)
    assert (with_slices(volume, 4) == volume).all()
    assert (with_slices(volume[:1], 3) == volume[:1]).all()


def test_a_change_is_made_to_the_picture_or_to_each_slice():
    volume = np.random.default_rng(0).integers(0, 256, (4, 6, 5), dtype=np.uint8)
    turned = each_slice(Image(volume, ("drawn",)), lambda picture: picture.rotate(180))
    assert (turned.pixels == volume[:, ::-1, ::-1]).all() and turned.made == ("drawn",)
    assert (each_slice(Image(volume[0], ()), lambda picture: picture.rotate(180)).pixels == volume[0, ::-1, ::-1]).all()


def test_a_row_shows_slices_from_all_over_the_volume():
    volume = np.repeat(np.arange(10, dtype=np.uint8)[:, None, None], 3, axis=1).repeat(4, axis=2)
    shown = strip(Image(volume, ("drawn",)))
    assert shown.pixels.shape == (3, 16) and shown.pixels[0, ::4].tolist() == [1, 3, 6, 8]
    assert shown.made[-1] == "slices 1, 3, 6, 8 side by side"
    assert strip(Image(volume[:2], ())).pixels.shape == (3, 8)
    assert strip(Image(volume, ()), across=2).pixels[::3, ::4].tolist() == [[1, 3], [6, 8]]
    assert strip(Image(volume[:3] + 1, ()), across=2).pixels[::3, ::4].tolist() == [[1, 2], [3, 0]]
    picture = Image(volume[0], ("drawn",))
    assert strip(picture) is picture
    assert base64_png(Image(volume, ()), 4).startswith("iVBORw0K")


def test_a_picture_repeated_is_the_same_in_every_slice():
    deep = repeated(Image(np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8), ("noise",)), 3)
    assert deep.slices == 3 and deep.size == (6, 5) and (deep.pixels == deep.pixels[:1]).all()
