import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.imaging.aspect import square_pixels


@pytest.mark.parametrize("spacing", [(0.7, 0.7), (0.7, 0.703)])
def test_square_pixels_stay_as_they_are(spacing: tuple[float, float]) -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    same, steps = square_pixels(pixels, spacing)
    assert same is pixels
    assert steps == ()


def test_rows_are_spread_and_their_values_kept() -> None:
    pixels = np.repeat(np.array([[0], [100], [200]], np.uint8), 4, axis=1)
    tall, _ = square_pixels(pixels, (3.0, 1.0))
    assert tall.shape == (9, 4)
    assert tall[1::3].tolist() == pixels.tolist()  # the middle of each old row
    assert (np.diff(tall.astype(int), axis=0) >= 0).all()


def test_colours_stay_colours() -> None:
    wide, _ = square_pixels(np.full((3, 4, 3), (255, 0, 9), np.uint8), (0.5, 2.0))
    assert wide.shape == (3, 16, 3)
    assert (wide == (255, 0, 9)).all()


def test_an_absurd_ratio_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(InputError, match=r"make a picture of 4x3000000000 square ones; at most 100 megapixels"):
        square_pixels(np.zeros((3, 4), np.uint8), (1e9, 1.0))


def test_a_ratio_that_no_number_holds_is_one_sentence() -> None:
    for spacing in ((1e-300, 1e300), (1e300, 1e-300), (5e-324, 1.0)):
        with pytest.raises(InputError, match="mm are no picture's"):
            square_pixels(np.zeros((4, 4), np.uint8), spacing)
