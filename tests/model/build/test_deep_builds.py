"""Builds that take volumes: from pixels to answers, saved and loaded, and what published 3-D models get wrong."""

from inspect import signature
from math import prod

import numpy as np
import pytest
import torch

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.build import AngiogramConfig, VolumeVitConfig
from angiogram.model.build.encoder import ENCODERS, encoder_of
from angiogram.model.load import load_model, random_twin
from angiogram.model.prompt import chat, prepare
from tests.model.build.deep import ENCODERS as TINY
from tests.model.build.deep import SIDE, SLICES, bright_volumes, deep_build, write_deep

LOOKING = {
    "attention": {"name": "attention", "queries": 5, "heads": 2},
    "resampler": {"name": "resampler", "latents": 3, "heads": 2},
}


def given(processor, count=2):
    cases = bright_volumes(count)
    return prepare(processor, chat(processor, "Which?"), [cases.read(row) for row in cases.rows])


@pytest.mark.parametrize("encoder", TINY)
def test_it_runs_answers_learns_and_is_loaded_again(encoder, tmp_path):
    model, processor = deep_build(encoder, vision_layer=-2)
    inputs = given(processor)
    assert inputs["pixel_values"].shape == (2, *model.config.pixel_shape)
    model(**inputs, labels=inputs["input_ids"]).loss.backward()
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, lambda _: None)
    assert loaded.slices == SLICES and len(loaded.anatomy.encoder_blocks) == 2
    again = given(loaded.processor)
    assert torch.equal(again["pixel_values"], inputs["pixel_values"])
    with torch.no_grad():
        torch.testing.assert_close(loaded.model(**again).logits, model(**inputs).logits)
        said = [each.generate(**inputs, max_new_tokens=3, do_sample=False) for each in (model, loaded.model)]
    assert torch.equal(*said)


@pytest.mark.parametrize("encoder", TINY)
def test_every_patch_of_every_slice_reaches_the_connector_and_nothing_else(encoder):
    model, _ = deep_build(encoder)
    pixels = torch.randn(2, *model.config.pixel_shape)
    with torch.no_grad():
        patches = model.model.get_patches(pixels)
    deep = 2 if encoder in ("native", "sinusoidal") else SLICES
    assert patches.grid == model.config.grid == (deep, 4, 4) and patches.tokens.shape == (2, deep * 16, 24)


def test_a_native_encoder_has_no_first_token_to_drop():
    """MedM-VL drops the first token of an encoder without a class token, which is a patch."""
    model, _ = deep_build("native", vision_layer=-1)
    pixels = torch.randn(1, *model.config.pixel_shape)
    with torch.no_grad():
        states = model.model.vision_tower(pixels, output_hidden_states=True).hidden_states[-1]
        assert torch.equal(model.model.get_patches(pixels).tokens, states)


@pytest.mark.parametrize("encoder", ["slices", "slices with a class token"])
def test_slices_are_read_one_by_one(encoder):
    model, _ = deep_build(encoder)
    pixels = torch.randn(1, *model.config.pixel_shape)
    other = pixels.clone()
    other[:, :, 2] = 0
    with torch.no_grad():
        one, two = (model.model.get_patches(each).tokens.unflatten(1, (SLICES, 16))[0] for each in (pixels, other))
        torch.testing.assert_close(one[[0, 1, 3]], two[[0, 1, 3]])
        assert (one[2] - two[2]).abs().max() > 1e-3
        alone = encoder_of(model.config.vision_config, None).read(
            model.model.vision_tower, pixels[:, :, 1], None, "patches", 16
        )
    torch.testing.assert_close(alone[0], one[1])


@pytest.mark.parametrize("encoder", ["native", "slices"])
@pytest.mark.parametrize("reduce", LOOKING)
def test_slices_in_another_order_are_another_volume(encoder, reduce):
    """MedM-VL's attention pooling knows no slice: what it gives is the same in any order."""
    model, _ = deep_build(encoder, {"reduce": LOOKING[reduce], "project": {"name": "mlp"}})
    patches = model.model.get_patches(torch.randn(1, *model.config.pixel_shape))
    turned = patches.tokens.unflatten(1, patches.grid).flip(1).flatten(1, 3)
    with torch.no_grad():
        one, other = (model.model.connector.reduce.double()(type(patches)(each.double(), patches.grid)).tokens
                      for each in (patches.tokens, turned))  # fmt: skip
    assert (one - other).abs().max() > 1e-4


@pytest.mark.parametrize("encoder", ["native", "sinusoidal"])
def test_all_of_the_encoder_learns_in_full_tuning(encoder):
    model, processor = deep_build(encoder)
    inputs = given(processor)
    model.train()(**inputs, labels=inputs["input_ids"]).loss.backward()
    silent = [
        name for name, weight in model.model.vision_tower.named_parameters()
        if weight.grad is None or (not weight.grad.any() and not name.endswith("k_proj.bias"))  # which softmax undoes
    ]  # fmt: skip
    assert not silent


def test_a_build_has_one_encoder_and_takes_one_kind_of_image():
    """In MedM-VL a 2-D and a 3-D encoder can both be set, of which one is never used."""
    encoders = [name for name in signature(AngiogramConfig).parameters if name.endswith("_config")]
    assert encoders == ["vision_config", "text_config"]
    assert set(ENCODERS) == {"flat", "slices", "volume"}
    with pytest.raises(InputError, match="A 3-D encoder reads volumes; say of how many slices"):
        AngiogramConfig(VolumeVitConfig(4, 28, 2, 7)).image_tokens  # noqa: B018
    with pytest.raises(InputError, match="A volume of 5x28x28 voxels does not divide"):
        AngiogramConfig(VolumeVitConfig(4, 28, 2, 7), image_size=28, slices=5).image_tokens  # noqa: B018
    with pytest.raises(InputError, match="one slice or more, not 0"):
        AngiogramConfig(slices=0).image_tokens  # noqa: B018


def test_pictures_and_volumes_in_one_batch_are_refused(tiny):
    volume, picture = Image(np.zeros((6, 30, 40), np.uint8), ()), Image(np.zeros((30, 40), np.uint8), ())
    _, processor = deep_build()
    for images, of in (([volume, picture], processor), ([picture, picture], processor)):
        with pytest.raises(InputError, match="takes volumes, which it resamples to 4 slices, and this is a picture"):
            prepare(of, chat(of, "Which?"), images)
    with pytest.raises(InputError, match="takes pictures, and this is a volume of 6 slices"):
        prepare(tiny.processor, chat(tiny.processor, "Which?"), [picture, volume])
    with pytest.raises(InputError, match=r"takes pixels of shape \[1, 4, 28, 28\] of an image, not \[3, 28, 28\]"):
        deep_build()[0].model.get_patches(torch.zeros(1, 3, SIDE, SIDE))


def test_a_random_twin_draws_what_transformers_does_not_know(tmp_path):
    connector = {"reduce": LOOKING["resampler"], "project": {"name": "experts", "experts": 2, "router_width": 4}}
    loaded = load_model(str(write_deep(tmp_path, "native", connector)), tmp_path, lambda _: None)
    one, same, other = (random_twin(loaded, seed).model.state_dict() for seed in (1, 1, 2))
    for name, own in (("reduce.latents", 24**-0.5), ("project.router.task_tokens", 0.02)):
        drawn = one[f"model.connector.{name}"]
        assert 0.5 * own < drawn.std() < 2 * own
        assert torch.equal(drawn, same[f"model.connector.{name}"])
        assert not torch.equal(drawn, other[f"model.connector.{name}"])


def test_image_tokens_are_those_of_the_reduced_grid():
    connector = {"reduce": {"name": "average", "block": (2, 2, 2)}, "project": {"name": "linear"}}
    model, processor = deep_build("slices", connector)
    assert model.config.image_tokens == processor.image_tokens == prod((2, 2, 2))
    model, _ = deep_build("slices with a class token", {"reduce": {"name": "none"}, "project": {"name": "mlp"}},
                          vision_tokens="all")  # fmt: skip
    assert model.config.image_tokens == SLICES * 17
