import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.errors import InputError
from angiogram.lesion.kinds.input import blurred, cropped, shrunken, shuffled, turned
from angiogram.lesion.plant import planted
from angiogram.model.prompt import chat, prepare
from tests.lesion.patients import noise_images

SIDES = st.integers(1, 70)


def drawn(height: int, width: int) -> PIL.Image.Image:
    return PIL.Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


@given(height=SIDES, width=SIDES, strength=st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_shape_and_colour_stay(height, width, strength):
    sharp = drawn(height, width)
    soft = blurred(sharp, strength)
    assert soft.size == sharp.size and soft.mode == sharp.mode
    if min(height, width) >= 16:  # of fewer pixels each weighs too much in the mean
        np.testing.assert_allclose(np.asarray(soft).mean((0, 1)), np.asarray(sharp).mean((0, 1)), atol=12)


def test_detail_goes_step_by_step_to_a_single_colour():
    sharp = drawn(64, 48)
    spreads = [float(np.asarray(blurred(sharp, s)).std()) for s in (0.0, 0.25, 0.5, 0.75)]
    assert spreads == sorted(spreads, reverse=True) and len(set(spreads)) == 4
    assert np.array_equal(blurred(sharp, 0.0), sharp)
    assert len(np.unique(np.asarray(blurred(sharp, 1.0)).reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("family", ["llava", "qwen2_vl", "paligemma"])
def test_only_the_yielded_processor_blurs_and_its_settings_say_so(load_family, family):
    loaded, images = load_family(family), noise_images([(112, 112)])
    with planted(loaded, "blurred-input", 0.9, 0) as ill:
        assert type(ill.processor) is type(loaded.processor)
        settings_of = [model.processor.image_processor.to_json_string() for model in (loaded, ill)]
        assert settings_of[0] != settings_of[1]
        assert chat(ill.processor, "Which?") == chat(loaded.processor, "Which?")
        sharp, soft = (prepare(m.processor, chat(m.processor, "Which?"), images) for m in (loaded, ill))
    assert soft["pixel_values"].shape == sharp["pixel_values"].shape
    assert float(soft["pixel_values"].std()) < 0.4 * float(sharp["pixel_values"].std())


@pytest.mark.parametrize("change", [shrunken, cropped, turned])
@given(height=SIDES, width=SIDES)
@settings(deadline=None, max_examples=20)
def test_every_picture_keeps_its_shape(change, height, width):
    assert change(drawn(height, width), 1.0).size == (width, height)


def test_what_is_shown():
    picture = drawn(64, 48)
    small = np.asarray(shrunken(picture, 1.0))
    assert (small[:15] == 128).all() and (small[:, :11] == 128).all() and not (small[20:40, 16:32] == 128).all()
    assert np.array_equal(shrunken(picture, 0.0), picture) and np.array_equal(cropped(picture, 0.0), picture)
    square = drawn(40, 40)
    assert np.array_equal(turned(square, 1.0), np.rot90(np.asarray(square)))


@given(seed=st.integers(0, 99), height=st.integers(4, 40), width=st.integers(4, 40))
@settings(deadline=None, max_examples=20)
def test_tiles_only_change_places(seed, height, width):
    order = tuple(np.random.default_rng(seed).permutation(16).tolist())
    picture = drawn(4 * height, 4 * width)
    seen = shuffled(picture, order)
    assert sorted(np.asarray(seen).reshape(-1, 3).tolist()) == sorted(np.asarray(picture).reshape(-1, 3).tolist())
    assert np.array_equal(shuffled(seen, tuple(np.argsort(order).tolist())), picture)


def test_too_few_pixels_for_tiles_are_refused():
    with pytest.raises(InputError, match="3x9 pixels has no 4 x 4 tiles"):
        shuffled(drawn(9, 3), tuple(range(16)))


def test_without_a_normalisation_none_can_be_wrong(tiny):
    tiny.processor.image_processor.image_mean, tiny.processor.image_processor.image_std = [0, 0, 0], [1, 1, 1]
    with pytest.raises(InputError, match="has mean 0 and spread 1 already"), planted(tiny, "wrong-normalisation", 1, 0):
        pass
    tiny.processor.image_processor.do_normalize = False
    with pytest.raises(InputError, match="does not normalise"), planted(tiny, "wrong-normalisation", 1.0, 0):
        pass
