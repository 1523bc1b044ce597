import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.lesion.blurred_input import low_passed
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
    soft = low_passed(sharp, strength)
    assert soft.size == sharp.size and soft.mode == sharp.mode
    if min(height, width) >= 16:  # of fewer pixels each weighs too much in the mean
        np.testing.assert_allclose(np.asarray(soft).mean((0, 1)), np.asarray(sharp).mean((0, 1)), atol=12)


def test_detail_goes_step_by_step_to_a_single_colour():
    sharp = drawn(64, 48)
    spreads = [float(np.asarray(low_passed(sharp, s)).std()) for s in (0.0, 0.25, 0.5, 0.75)]
    assert spreads == sorted(spreads, reverse=True) and len(set(spreads)) == 4
    assert np.array_equal(low_passed(sharp, 0.0), sharp)
    assert len(np.unique(np.asarray(low_passed(sharp, 1.0)).reshape(-1, 3), axis=0)) == 1


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
