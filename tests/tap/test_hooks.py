import pytest
import torch

from angiogram.model.prompt import chat, pictures
from angiogram.tap.hooks import pool_pixels, pooled_hooks
from angiogram.tap.pooling import grid_weights, prompt_weights
from angiogram.tap.taps import plan_taps


@pytest.fixture
def inputs(tiny, squares):
    prompt = chat(tiny.processor, squares.question)
    images = pictures([squares.read(row) for row in squares.rows[:3]])
    return tiny.processor(images=images, text=[prompt] * 3, return_tensors="pt")


@pytest.fixture
def pooled(tiny, inputs):
    weights = prompt_weights(inputs["input_ids"] == tiny.model.config.image_token_id, inputs["attention_mask"])
    with torch.no_grad(), pooled_hooks(tiny.model, plan_taps(tiny.anatomy), weights) as pooled:
        tiny.model(**inputs)
    return pooled


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
        connected = tiny.model.model.connector(patches)
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
    grid = patches.reshape(3, 4, 4, -1)
    torch.testing.assert_close(pooled["encoder.out"][:, 2], grid[:, :2, 2:].mean((1, 2)))
    torch.testing.assert_close(pooled["encoder.out"][:, 3], grid[:, 2:, :2].mean((1, 2)))


def test_left_padding_changes_nothing(tiny, squares, inputs, pooled):
    prompts = [chat(tiny.processor, squares.question), chat(tiny.processor, squares.question * 2)]
    images = pictures([squares.read(row) for row in squares.rows[:2]])
    padded = tiny.processor(images=images, text=prompts, return_tensors="pt", padding=True, padding_side="left")
    assert padded["attention_mask"][0, 0] == 0
    weights = prompt_weights(padded["input_ids"] == tiny.model.config.image_token_id, padded["attention_mask"])
    with torch.no_grad(), pooled_hooks(tiny.model, plan_taps(tiny.anatomy), weights) as again:
        tiny.model(**padded)
    for name in ("llm.block.2@image", "llm.norm@last"):
        torch.testing.assert_close(again[name][0], pooled[name][0], atol=1e-4, rtol=1e-4)


def test_hooks_are_gone_afterwards_even_after_an_error(tiny, inputs):
    weights = prompt_weights(inputs["input_ids"] == tiny.model.config.image_token_id, inputs["attention_mask"])
    with pytest.raises(RuntimeError), pooled_hooks(tiny.model, plan_taps(tiny.anatomy), weights):
        raise RuntimeError
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in tiny.model.modules())


@pytest.mark.parametrize("side", [2, 3, 4, 7])
def test_grid_weights_are_means_and_the_quarters_average_to_the_mean(side):
    weights = grid_weights(side * side)
    torch.testing.assert_close(weights.sum(1), torch.ones(5))
    torch.testing.assert_close(weights[1:].mean(0), weights[0])


def test_pixels_are_averaged_squares():
    pixels = torch.zeros(1, 3, 32, 32)
    pixels[0, 1, :2, :2] = 1
    pooled = pool_pixels(pixels)
    assert pooled.shape == (1, 1, 768)
    assert pooled[0, 0, 256] == 1 and pooled.sum() == 1
