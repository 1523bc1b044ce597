"""Every way to reduce tokens: its arithmetic, what of masks and places, and grids that do not fit."""

import pytest
import torch

from angiogram.errors import InputError
from angiogram.model.build.connectors.attention_pooling import AttentionPooling
from angiogram.model.build.connectors.blocks import Averaged, Joined, Largest
from angiogram.model.build.connectors.patches import Patches
from angiogram.model.build.connectors.positions import positions
from angiogram.model.build.connectors.resampler import PerceiverResampler

POOLED = (lambda: AttentionPooling(16, queries=3, heads=2), lambda: PerceiverResampler(16, latents=3, heads=2))


def numbered(grid, width=1):
    """Tokens 0, 1, 2, ... of one image."""
    count = torch.tensor(grid).prod()
    return Patches(torch.arange(count).float().reshape(1, -1, 1).expand(1, -1, width), grid)


def test_a_strip_and_a_square_join_other_tokens():
    strip, square = (Joined(block)(numbered((4, 4))) for block in ((1, 4), (2, 2)))
    assert strip.grid == (4, 1) and square.grid == (2, 2)
    assert strip.tokens[0, 0].tolist() == [0, 1, 2, 3] and square.tokens[0, 0].tolist() == [0, 1, 4, 5]
    assert Joined((1, 4)).width_out(8) == Joined((2, 2)).width_out(8) == 32


def test_mean_and_maximum_in_two_and_three_dimensions():
    flat, deep = numbered((2, 4)), numbered((2, 2, 2))
    assert Averaged((2, 2))(flat).tokens.flatten().tolist() == [2.5, 4.5]
    assert Largest((2, 2))(flat).tokens.flatten().tolist() == [5, 7]
    assert Averaged((2, 2, 2))(deep).tokens.flatten().tolist() == [3.5]
    each = Largest((2, 2))(deep)  # a flat block takes each slice by itself
    assert each.grid == (2, 1, 1) and each.tokens.flatten().tolist() == [3, 7]


@pytest.mark.parametrize("reducer", [Joined, Averaged, Largest])
def test_tokens_that_are_not_real_count_for_nothing(reducer):
    torch.manual_seed(0)
    tokens, mask = torch.randn(1, 16, 3), torch.rand(1, 16) < 0.6
    mask[0, [0, 1, 4, 5]] = False  # a whole block
    first, second = (
        reducer((2, 2))(Patches(torch.where(mask[..., None], tokens, torch.full_like(tokens, noise)), (4, 4), mask))
        for noise in (-100.0, 100.0)
    )
    assert torch.equal(first.tokens, second.tokens) and torch.isfinite(first.tokens).all()
    assert first.mask.tolist() == [[False, True, True, True]]


@pytest.mark.parametrize("made", POOLED)
def test_what_looks_at_all_tokens_sees_no_token_that_is_not_real(made):
    torch.manual_seed(0)
    pool, tokens = made(), torch.randn(2, 12, 16)
    mask = torch.ones(2, 12, dtype=torch.bool)
    mask[:, 8:] = False
    other = tokens.clone()
    other[:, 8:] = 50.0
    one, two = (pool(Patches(each, (3, 2, 2), mask)).tokens for each in (tokens, other))
    torch.testing.assert_close(one, two)
    assert one.shape == (2, 3, 16) and pool.grid_out((3, 2, 2)) == (3,)


@pytest.mark.parametrize("made", POOLED)
def test_what_looks_at_all_tokens_knows_slice_and_place(made):
    torch.manual_seed(0)
    pool, tokens = made(), torch.randn(1, 12, 16)
    volume = tokens.reshape(1, 3, 2, 2, 16)
    here = pool(Patches(tokens, (3, 2, 2))).tokens
    for axis in (1, 2, 3):
        turned = volume.flip(axis).reshape(1, 12, 16)
        assert (pool(Patches(turned, (3, 2, 2))).tokens - here).abs().max() > 1e-3, axis


def test_every_place_is_another_vector():
    for grid, width in (((7, 9), 16), ((5, 4, 6), 24), ((11,), 8)):
        found = positions(grid, width)
        assert found.shape == (torch.tensor(grid).prod(), width)
        assert torch.pdist(found).min() > 1e-3
    assert (positions((3, 3), 10)[:, 8:] == 0).all()


def test_a_grid_that_does_not_divide_is_one_sentence():
    with pytest.raises(InputError, match="A grid of 3x4 tokens does not divide into blocks of 2x2"):
        Joined((2, 2)).grid_out((3, 4))
    with pytest.raises(InputError, match="A grid of 4x4 tokens does not divide into blocks of 2x2x2"):
        Averaged((2, 2, 2)).grid_out((4, 4))
    with pytest.raises(InputError, match=r"not \[2\]"):
        Largest((2,))
    with pytest.raises(ValueError, match="12 tokens do not lie on a grid of 4x4"):
        Patches(torch.zeros(1, 12, 2), (4, 4))
