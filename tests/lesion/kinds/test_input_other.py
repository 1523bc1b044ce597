import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.lesion.kinds.input_other import drawn_picture
from angiogram.lesion.plant import planted
from angiogram.model.prompt import chat, prepare
from tests.lesion.patients import noise_images

SIDES = st.integers(1, 90)


@given(width=SIDES, height=SIDES, seed=st.integers(0, 9))
@settings(deadline=None, max_examples=20)
def test_any_shape_can_be_drawn_and_each_draw_is_another_picture(width, height, seed):
    seen = drawn_picture((width, height), np.random.default_rng(seed))
    assert seen.size == (width, height)
    if min(width, height) > 20:
        other = drawn_picture((width, height), np.random.default_rng(seed + 10))
        assert not np.array_equal(seen, other) and len(np.unique(np.asarray(seen))) > 2


def pixels(loaded, images):
    return prepare(loaded.processor, chat(loaded.processor, "Which?"), images)["pixel_values"]


@pytest.mark.parametrize("family", ["llava", "gemma3"])
def test_an_image_that_is_hit_is_always_seen_as_the_same_other_picture(load_family, family):
    loaded, images = load_family(family), noise_images([(56, 56)] * 40)
    before = pixels(loaded, images)
    hit = {}
    for strength in (0.3, 0.6, 1.0):
        with planted(loaded, "other-picture", strength, 0) as ill:
            seen = pixels(ill, images)
            assert (pixels(ill, images[7:9]) == seen[7:9]).all()
        hit[strength] = (seen != before).flatten(1).any(1)
        assert (seen[~hit[strength]] == before[~hit[strength]]).all()
    assert hit[1.0].all() and (hit[0.3] <= hit[0.6]).all()
    assert abs(float(hit[0.6].float().mean()) - 0.6) < 0.25


def test_the_picture_keeps_its_mode(load_family):
    with planted(load_family("llava"), "other-picture", 1.0, 0) as ill:
        grey = PIL.Image.linear_gradient("L")
        seen = ill.processor.image_processor(images=[grey.convert("RGB")], return_tensors="pt")
    assert seen["pixel_values"].shape[-3] == 3
