"""What a processor makes of volumes."""

import numpy as np
import pytest
import torch
from transformers import BitImageProcessorPil

from angiogram.errors import InputError
from angiogram.model.build.volumes import pictures_only, volume_values

PLAIN = BitImageProcessorPil(
    size={"height": 8, "width": 8}, do_center_crop=False, image_mean=[0.5, 0.5, 0.5], image_std=[0.5, 0.5, 0.5]
)


def test_grey_becomes_numbers_from_minus_one_to_one_in_every_slice_of_its_own():
    volume = np.repeat(np.array([0, 51, 255], np.uint8)[:, None, None], 12, axis=1).repeat(9, axis=2)
    values = volume_values(PLAIN, volume, 3, 3)
    assert values.shape == (1, 3, 3, 8, 8)
    np.testing.assert_allclose(values[0, 0].mean(axis=(1, 2)), [-1, -0.6, 1], atol=1e-6)
    assert (values[0, 0] == values[0, 2]).all()
    assert volume_values(PLAIN, [[volume], [volume]], 3, 1).shape == (2, 1, 3, 8, 8)


def test_a_slice_is_prepared_as_the_picture_that_it_is():
    rng = np.random.default_rng(0)
    volume = rng.integers(0, 256, (4, 30, 20), dtype=np.uint8)
    colours = np.repeat(volume[2][..., None], 3, axis=-1)
    alone = PLAIN(colours, return_tensors="pt")["pixel_values"][0]
    torch.testing.assert_close(torch.from_numpy(volume_values(PLAIN, volume, 4, 3)[0, :, 2]), alone)


def test_the_other_kind_of_image_is_one_sentence():
    with pytest.raises(InputError, match="takes volumes, resampled to 4 slices, and is given a picture"):
        volume_values(PLAIN, [np.zeros((5, 5, 3), np.uint8)], 4, 1)
    with pytest.raises(InputError, match="takes pictures, and is given a volume of 5 slices"):
        pictures_only([[np.zeros((5, 6, 7), np.uint8)]])
