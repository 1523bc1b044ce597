"""What is pooled of builds that take volumes, and of connectors whose tokens lie nowhere, against means by hand."""

import pytest
import torch

from angiogram.model.load import load_model
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from angiogram.tap.tokens import every_token
from tests.model.build.every import BUILDS, cases_for


@pytest.fixture(scope="module", params=BUILDS)
def tapped(request, squares, tmp_path_factory):
    """The build, its inputs for three images, and what the hooks pooled of them."""
    folder = tmp_path_factory.mktemp("build")
    BUILDS[request.param](folder)
    loaded = load_model(str(folder), folder, lambda _: None)
    cases = cases_for(loaded, squares)
    images = [cases.read(row) for row in cases.rows[:3]]
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), images)
    poolings = batch_poolings(loaded, inputs, [image.size for image in images])
    with torch.no_grad(), pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings) as pooled:
        loaded.model(**inputs)
    return loaded, images, inputs, pooled


def by_hand(tokens, grid):
    """`[B, 5, D]` of tokens `[B, T, D]` on a grid; of tokens that lie on none the mean throughout."""
    mean = tokens.mean(dim=1, keepdim=True)
    if len(grid) == 1:
        return mean.expand(-1, 5, -1)
    *_, rows, columns = grid
    lying = tokens.unflatten(1, (-1, rows, columns))  # [B, slices, R, C, D]
    halved = lying.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)  # each token as 2 x 2 quarters of itself
    quarters = halved.unflatten(3, (2, columns)).unflatten(2, (2, rows))  # [B, slices, 2, R, 2, C, D]
    return torch.cat([mean, quarters.mean(dim=(1, 3, 5)).flatten(1, 2)], dim=1)


def test_rows_are_the_mean_and_those_of_the_quarters_through_all_slices(tapped):
    loaded, _, inputs, pooled = tapped
    model, config = loaded.model.model, loaded.model.config
    with torch.no_grad():
        patches = model.get_patches(inputs["pixel_values"])
        image_tokens = model.get_image_features(inputs["pixel_values"])
    received = patches.tokens[:, 1:] if config.vision_tokens == "all" else patches.tokens  # without the class token
    torch.testing.assert_close(pooled["encoder.out"], by_hand(received, config.grid))
    kept = model.connector.grid_out(patches.grid)
    if kept == patches.grid and config.vision_tokens == "all":
        image_tokens, kept = image_tokens[:, 1:], config.grid
    torch.testing.assert_close(pooled["connector.out"], by_hand(image_tokens, kept))
    torch.testing.assert_close(pooled["llm.in"], by_hand(image_tokens, kept), rtol=1e-4, atol=1e-5)


def test_blocks_leave_out_what_stands_before_the_patches_of_each_slice(tapped):
    loaded, _, inputs, pooled = tapped
    config, tower = loaded.model.config, loaded.model.model.vision_tower
    last = f"encoder.block.{loaded.anatomy.used_blocks - 1}"
    with torch.no_grad():
        pixels = inputs["pixel_values"]
        slices = pixels.shape[2] if pixels.dim() == 5 and config.pixel_shape[0] == 3 else None
        flat = pixels if slices is None else pixels.transpose(1, 2).flatten(0, 1)
        states = tower(pixel_values=flat, output_hidden_states=True).hidden_states[loaded.anatomy.used_blocks]
    _, *_, rows, columns = (0, *config.grid)
    patches = rows * columns if slices else torch.Size(config.grid).numel()
    kept = states[:, states.shape[1] - patches :].reshape(len(pixels), -1, states.shape[-1])
    torch.testing.assert_close(pooled[last], by_hand(kept, config.grid))


def test_only_tokens_that_lie_somewhere_are_drawn(tapped):
    loaded, images, _, _ = tapped
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), images[:1])
    stages = every_token(loaded, inputs, images[0].size)
    looking = loaded.model.config.connector["reduce"]["name"] in ("attention", "resampler")
    assert set(stages) == ({"received"} if looking else {"received", "connected", "prompt"})
    wide = {4} if loaded.slices is None else {6}
    assert {pool.boxes.shape[1] for pool in stages.values()} == wide


def test_a_block_behind_the_one_that_is_read_is_off_the_path(tapped):
    loaded, *_ = tapped
    off = [tap.name for tap in plan_taps(loaded.anatomy) if not tap.on_path]
    last = len(loaded.anatomy.encoder_blocks) - 1
    assert off == ([f"encoder.block.{last}"] if loaded.model.config.vision_layer == -2 else [])
