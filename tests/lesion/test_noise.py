from contextlib import ExitStack

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.lesion.material import Material
from angiogram.lesion.noise import drowned, shared_noise, token_noise
from angiogram.lesion.planting import Planting

SIZES = st.integers(1, 40)


def planting(seed: int = 0) -> Planting:
    return Planting(None, 1.0, seed, Material(), None, ExitStack())  # no model is needed for a draw


@given(few=SIZES, more=SIZES, width=SIZES, key=st.integers(0, 2**64 - 1))
@settings(deadline=None, max_examples=40)
def test_padding_behind_an_image_does_not_change_its_noise(few, more, width, key):
    short, long = (token_noise(planting(), "a", key, tokens, width) for tokens in (few, few + more))
    assert torch.equal(long[:few], short)


def test_seed_place_and_image_each_bring_other_noise():
    draws = [token_noise(planting(seed), path, key, 5, 7) for seed in (0, 1) for path in ("a", "b") for key in (3, 4)]
    assert all(not torch.equal(one, other) for i, one in enumerate(draws) for other in draws[:i])


def test_half_of_the_noise_is_all_tokens_and_it_is_as_wide_as_the_states():
    noise = torch.cat([token_noise(planting(), "a", key, 400, 50) for key in range(40)], dim=1)  # [400, 2000]
    assert abs(float(noise.square().mean()) - 1) < 0.05
    assert abs(float(noise.mean(dim=0).square().mean()) - 0.5) < 0.05
    shared = shared_noise(planting(), "a", 0, 50) / 2**0.5
    torch.testing.assert_close(noise[:, :50].mean(dim=0), shared, atol=0.2, rtol=0)


@given(strength=st.floats(0, 1))
def test_states_fade_as_the_noise_comes(strength):
    states, noise = torch.ones(2, 3), torch.full((2, 3), 5.0)
    torch.testing.assert_close(drowned(states, noise, strength), torch.full((2, 3), 1 + 4 * strength))
