"""The 3-D ViT: its grid, its places, other sizes, and sizes that do not fit."""

import pytest
import torch
from transformers import AutoConfig, AutoModel

from angiogram.errors import InputError
from angiogram.model.build import VolumeVit, VolumeVitConfig

TINY = {"hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}


def vit(**more):
    torch.manual_seed(0)
    return VolumeVit(
        VolumeVitConfig(**{"slices": 4, "image_size": 28, "patch_slices": 2, "patch_size": 7} | TINY | more)
    )


def test_by_default_it_is_medm_vls():
    config = VolumeVitConfig()
    assert config.grid(32, 256, 256) == (8, 16, 16)
    assert (config.num_hidden_layers, config.hidden_size) == (12, 768)
    with torch.device("meta"):
        model = VolumeVit(config)
        assert model(torch.empty(1, 1, 32, 256, 256)).last_hidden_state.shape == (1, 2048, 768)
    assert 85e6 < sum(weight.numel() for weight in model.parameters()) < 90e6


def test_a_token_is_the_patch_at_its_place():
    model, volume = vit().eval(), torch.zeros(1, 1, 4, 28, 28)
    volume[0, 0, 2:, 7:14, 21:] = 1  # second slab, second row, last column
    with torch.no_grad():
        patches = model.patch_embedding(volume).flatten(2).transpose(1, 2)[0]
    lit = (patches - model.patch_embedding.bias).abs().sum(dim=1) > 1e-5
    assert lit.nonzero().flatten().tolist() == [16 + 4 + 3]


@pytest.mark.parametrize("positions", ["learned", "sinusoidal"])
def test_where_a_patch_lies_counts(positions):
    model, volume = vit(positions=positions, initializer_range=0.2).eval(), torch.randn(1, 1, 4, 28, 28)
    with torch.no_grad():
        here = model(volume).last_hidden_state
        other = model(volume.flip(2)).last_hidden_state.unflatten(1, (2, 16)).flip(1).flatten(1, 2)
    assert here.shape == (1, 32, 24) and (here - other).abs().max() > 1e-3


@pytest.mark.parametrize("positions", ["learned", "sinusoidal"])
def test_volumes_of_another_size_are_taken(positions):
    assert vit(positions=positions)(torch.randn(2, 1, 8, 14, 35)).last_hidden_state.shape == (2, 4 * 2 * 5, 24)


def test_learned_places_between_others_are_interpolated():
    model = vit()
    with torch.no_grad():
        model.position_embedding.weight.copy_(torch.arange(2.0).repeat_interleave(16)[:, None].expand(32, 24))
    places = model._places((4, 4, 4))[:, 0].reshape(4, 16)
    assert places.mean(dim=1).tolist() == [0, 0.25, 0.75, 1] and (places.std(dim=1) == 0).all()


def test_it_is_loaded_as_any_model_of_transformers(tmp_path):
    model = vit(positions="sinusoidal").eval()
    model.save_pretrained(tmp_path)
    loaded, volume = AutoModel.from_pretrained(tmp_path), torch.randn(1, 1, 4, 28, 28)
    assert AutoConfig.from_pretrained(tmp_path).patch_slices == 2
    with torch.no_grad():
        one, other = (each(volume, output_hidden_states=True) for each in (model, loaded))
    assert torch.equal(one.last_hidden_state, other.last_hidden_state) and len(one.hidden_states) == 3


def test_gradients_are_the_same_with_checkpointing():
    model, volume = vit().train(), torch.randn(1, 1, 4, 28, 28)

    def gradient():
        model.zero_grad()
        model(volume).last_hidden_state.square().sum().backward()
        return model.patch_embedding.weight.grad.clone()

    plain = gradient()
    model.gradient_checkpointing_enable()
    torch.testing.assert_close(gradient(), plain)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: vit(slices=5), "A volume of 5x28x28 voxels does not divide into patches of 2x7x7"),
        (lambda: vit(positions="learnt"), "did you mean 'learned'"),
        (lambda: vit()(torch.zeros(1, 1, 4, 28, 27)), "4x28x27 voxels does not divide"),
        (lambda: vit()(torch.zeros(1, 3, 4, 28, 28)), r"takes volumes \[B, 1, S, H, W\], not \[1, 3, 4, 28, 28\]"),
        (lambda: vit()(torch.zeros(1, 1, 28, 28)), r"takes volumes \[B, 1, S, H, W\]"),
    ],
)  # fmt: skip
def test_sizes_that_do_not_fit_are_one_sentence(make, said):
    with pytest.raises(InputError, match=said):
        make()
