"""The image before any model."""

import numpy as np

from angiogram.imaging.image import Image
from angiogram.tap.pixels import thumbnails


def test_a_grey_picture_has_the_same_in_all_colours():
    small = thumbnails([Image(np.full((32, 48), 51, np.uint8), ())])
    assert small.shape == (1, 1, 768) and np.allclose(small, 0.2)


def test_a_volume_has_its_thirds_in_place_of_colours():
    volume = np.zeros((9, 32, 32), np.uint8)
    volume[3:6] = 255
    first, middle, last = thumbnails([Image(volume, ())]).reshape(3, 256)
    assert middle.min() > 0.7 and first.max() < 0.2 and last.max() < 0.2
    assert thumbnails([Image(volume[:2], ()), Image(volume[0], ())]).shape == (2, 1, 768)
