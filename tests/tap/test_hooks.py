import numpy as np
import pytest
import torch

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.layouts.place import grid, placeless
from angiogram.model.prompt import chat, pictures, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.pixels import thumbnails
from angiogram.tap.pooling import Pooling, PromptPooling, ProportionalPooling, quarter_weights
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps


@pytest.fixture
def images(squares):
    return [squares.read(row) for row in squares.rows[:3]]


@pytest.fixture
def inputs(tiny, squares, images):
    return prepare(tiny.processor, chat(tiny.processor, squares.question), images)


def run(tiny, inputs, **options):
    poolings = batch_poolings(tiny, inputs, [(56, 56)] * len(inputs["input_ids"]))
    with torch.no_grad(), pooled_hooks(tiny.model, plan_taps(tiny.anatomy), poolings, **options) as pooled:
        tiny.model(**inputs)
    return pooled


@pytest.fixture
def pooled(tiny, inputs):
    return run(tiny, inputs)


def test_every_tap_is_there_in_the_order_of_the_flow(tiny):
    taps = plan_taps(tiny.anatomy)
    assert [tap.name for tap in taps] == [
        "pixels", "encoder.block.0", "encoder.block.1", "encoder.out", "connector.out", "llm.in",
        "llm.block.0@image", "llm.block.0@last", "llm.block.1@image", "llm.block.1@last",
        "llm.block.2@image", "llm.block.2@last", "llm.norm@last",
    ]  # fmt: skip
    assert [tap.depth for tap in taps] == sorted(tap.depth for tap in taps)


def test_pooled_rows_equal_a_reference_without_hooks(tiny, inputs, pooled):
    with torch.no_grad():
        states = tiny.model(**inputs, output_hidden_states=True).hidden_states
        vision = tiny.model.model.vision_tower(inputs["pixel_values"], output_hidden_states=True)
        patches = vision.last_hidden_state[:, 1:]
        connected = tiny.model.model.connector(patches, tiny.model.config.grid)
    at_image = inputs["input_ids"] == tiny.model.config.image_token_id
    means = {
        "encoder.block.0": vision.hidden_states[1][:, 1:].mean(1),
        "encoder.block.1": vision.hidden_states[2][:, 1:].mean(1),
        "encoder.out": patches.mean(1),
        "connector.out": connected.mean(1),
        "llm.in": states[0][at_image].reshape(3, 4, -1).mean(1),
        "llm.block.0@image": states[1][at_image].reshape(3, 4, -1).mean(1),
        "llm.block.1@image": states[2][at_image].reshape(3, 4, -1).mean(1),
        "llm.block.0@last": states[1][:, -1],
        "llm.block.1@last": states[2][:, -1],
        "llm.norm@last": states[3][:, -1],
    }
    for name, mean in means.items():
        torch.testing.assert_close(pooled[name][:, 0], mean, atol=1e-5, rtol=1e-5)


def test_the_grid_rows_are_the_quarters(tiny, inputs, pooled):
    with torch.no_grad():
        patches = tiny.model.model.vision_tower(inputs["pixel_values"]).last_hidden_state[:, 1:]
    patch_grid = patches.reshape(3, 4, 4, -1)
    torch.testing.assert_close(pooled["encoder.out"][:, 2], patch_grid[:, :2, 2:].mean((1, 2)))
    torch.testing.assert_close(pooled["encoder.out"][:, 3], patch_grid[:, 2:, :2].mean((1, 2)))


def test_left_padding_changes_nothing(tiny, squares, images, pooled):
    prompts = [chat(tiny.processor, squares.question), chat(tiny.processor, squares.question * 2)]
    padded = tiny.processor(
        images=pictures(images[:2]), text=prompts, return_tensors="pt", padding=True, padding_side="left"
    )
    assert padded["attention_mask"][0, 0] == 0
    again = run(tiny, padded)
    for name in ("llm.block.2@image", "llm.norm@last"):
        torch.testing.assert_close(again[name][0], pooled[name][0], atol=1e-4, rtol=1e-4)


def test_the_forward_stops_behind_the_last_tap(tiny, inputs):
    taps = [tap for tap in plan_taps(tiny.anatomy) if tap.part in ("encoder", "connector")]
    reached: list[str] = []
    handle = tiny.model.model.language_model.register_forward_pre_hook(lambda *_: reached.append("LLM"))
    with pooled_hooks(tiny.model, taps, batch_poolings(tiny, inputs, [(56, 56)] * 3), stop=True) as early:
        tiny.model(**inputs)
    handle.remove()
    assert set(early) == {tap.name for tap in taps} and not reached


def test_hooks_are_gone_afterwards_even_after_an_error(tiny, inputs):
    poolings = batch_poolings(tiny, inputs, [(56, 56)] * 3)
    with pytest.raises(RuntimeError), pooled_hooks(tiny.model, plan_taps(tiny.anatomy), poolings):
        raise RuntimeError
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in tiny.model.modules())


def test_an_encoder_that_is_called_twice_is_not_read_by_its_first_call_alone(tiny, inputs, monkeypatch):
    """As DeepSeek-OCR 2 sees an image's tiles and the whole of it."""
    tower = tiny.model.model.vision_tower
    once = tower.forward
    monkeypatch.setattr(tower, "forward", lambda *args, **options: (once(*args, **options), once(*args, **options))[1])
    with pytest.raises(InputError, match=r"'model\.vision_tower\..*' is called several times for these images"):
        run(tiny, inputs)


@pytest.mark.parametrize("side", [2, 3, 4, 7])
def test_the_quarters_of_a_grid_add_up_to_the_whole(side):
    torch.testing.assert_close(quarter_weights(grid(side, side)).sum(0), torch.ones(side * side))


def test_padding_and_tokens_without_a_place_weigh_nothing():
    boxes = torch.cat([placeless(1), grid(1, 2, (0.0, 0.0, 1.0, 2.0))])
    assert quarter_weights(boxes).sum(0).tolist() == [0.0, 1.0, 0.0]


def test_images_of_other_sizes_are_pooled_each_on_its_own():
    states = torch.arange(10.0)[:, None]
    rows = Pooling([quarter_weights(grid(2, 2)), quarter_weights(grid(2, 3))])(states)
    assert rows[:, 0].squeeze(1).tolist() == [1.5, 6.5]
    assert ProportionalPooling([2, 3])(states)[:, 0].squeeze(1).tolist() == [1.5, 6.5]


def test_a_row_without_image_tokens_is_zero_and_not_nan():
    assert Pooling([torch.zeros(4, 3)])(torch.ones(3, 2)).tolist() == [[[0.0, 0.0]] * 5]


def test_pixels_are_averaged_squares():
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:2, :2, 1] = 255
    pooled = thumbnails([Image(pixels, ())])
    assert pooled.shape == (1, 1, 768)
    assert pooled[0, 0, 256] == 1 and pooled.sum() == 1


@pytest.mark.parametrize(("dtype", "value"), [(torch.float16, 300.0), (torch.bfloat16, 2.03125)])
def test_sums_are_taken_in_float32_whatever_the_model_computes_in(dtype, value):
    states = torch.full((1, 4096, 2), value, dtype=dtype)
    states[0, ::2] += 1
    exact = states.float().mean(1)
    assert torch.equal(Pooling([quarter_weights(grid(64, 64))])(states)[:, 0], exact)
    everywhere = torch.ones(1, 4096, dtype=torch.bool)
    prompt = PromptPooling(everywhere, torch.ones(1, 4096, dtype=torch.long), [grid(64, 64)])(states)
    assert torch.equal(prompt[:, 0], exact)
