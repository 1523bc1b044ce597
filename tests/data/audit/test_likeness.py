import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import COPIES, moved, picture

from angiogram.data.audit.likeness import fine_parts, likeness
from angiogram.data.audit.phash import perceptual_hashes
from angiogram.data.audit.thumbnail import thumbnail


def alike(*pixels):
    fine = fine_parts(np.stack([thumbnail(p) for p in pixels]))
    first, second = np.triu_indices(len(pixels), 1)
    return likeness(fine, first, second), likeness(fine, second, first)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_likeness_is_symmetric_and_at_most_one(one, other):
    there, back = alike(picture(one, 40), picture(other, 40))
    np.testing.assert_allclose(there, back, atol=1e-6)
    assert -1 <= there[0] <= 1
    assert (there[0] > 0.9999) == (one == other)


@given(st.integers(0, 10**6), st.floats(0.3, 1.0), st.integers(0, 60))
@settings(max_examples=30, deadline=None)
def test_contrast_and_brightness_change_next_to_nothing(seed, contrast, grey):
    pixels = picture(seed, 64) // 2
    changed = np.rint(pixels * contrast + grey).astype(np.uint8)
    assert alike(pixels, changed)[0][0] > 0.97
    hashes = perceptual_hashes(np.stack([thumbnail(pixels), thumbnail(changed)]))
    assert np.bitwise_count(hashes[0] ^ hashes[1]).sum() <= 16


@pytest.mark.parametrize("step", [(0, 1 / 32), (1 / 32, 0), (-1 / 32, -1 / 32)])
def test_a_move_by_a_pixel_of_the_thumbnail_is_undone(step):
    pixels = picture(3, 128)
    assert alike(pixels, moved(pixels, *step))[0][0] > 0.95


def test_what_is_coarse_does_not_make_two_pictures_alike():
    y, x = np.mgrid[:64, :64]
    vignette = 200 * np.exp(-((x - 32) ** 2 + (y - 32) ** 2) / 900)
    one, other = (np.rint(vignette + picture(i, 64) / 6).astype(np.uint8) for i in (1, 2))
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.95
    assert alike(one, other)[0][0] < 0.8


def test_a_flat_picture_is_known_as_flat():
    flat = fine_parts(np.stack([thumbnail(p) for p in (np.full((9, 9), 40, np.uint8), picture(0))])).flat
    assert flat.tolist() == [True, False]


@pytest.mark.parametrize("copy", COPIES)
def test_a_thumbnail_is_of_the_whole_picture_in_any_shape(copy):
    assert thumbnail(COPIES[copy](picture(5, 90)[:, :61])).shape == (32, 32)
