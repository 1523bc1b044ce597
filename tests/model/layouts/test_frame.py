import pytest
from transformers import BitImageProcessorPil, CLIPImageProcessorPil, LlavaImageProcessorPil

from angiogram.model.layouts.frame import frame
from angiogram.model.layouts.place import WHOLE

CROP = {"height": 56, "width": 56}


def test_a_processor_that_stretches_shows_the_whole_image():
    assert frame(BitImageProcessorPil(size=CROP, do_center_crop=False), (40, 90)) == WHOLE


def test_a_centre_crop_shows_the_middle_of_the_long_side():
    clip = CLIPImageProcessorPil(size={"shortest_edge": 56}, crop_size=CROP)
    assert frame(clip, (50, 100)) == (0.0, 0.25, 1.0, 0.75)


def test_a_crop_out_of_a_larger_square_leaves_a_margin_on_all_sides():
    clip = CLIPImageProcessorPil(size={"height": 64, "width": 112}, crop_size=CROP)
    assert frame(clip, (640, 480)) == (0.0625, 0.25, 0.9375, 0.75)


@pytest.mark.parametrize(("size", "box"), [((50, 100), (-0.5, 0.0, 1.5, 1.0)), ((4, 3), (0.0, 0.0, 1.0, 4 / 3))])
def test_padding_to_a_square_reaches_beyond_the_image_and_puts_an_odd_pixel_behind_it(size, box):
    llava = LlavaImageProcessorPil(size={"shortest_edge": 56}, crop_size=CROP, do_pad=True)
    assert frame(llava, size) == pytest.approx(box)
