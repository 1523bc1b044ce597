import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.lesion.kinds.connector_rotation import rotation
from angiogram.lesion.plant import planted
from tests.lesion.patients import material_for, noise_images, read

WIDTHS, SHARES = st.integers(2, 24), st.floats(0, 1)


def turned(width: int, share: float, seed: int = 0):
    return rotation(width, share, np.random.default_rng(seed))


@given(width=WIDTHS, share=SHARES, seed=st.integers(0, 9))
@settings(deadline=None)
def test_it_is_a_rotation(width, share, seed):
    turn = turned(width, share, seed)
    np.testing.assert_allclose(turn @ turn.T, np.eye(width), atol=1e-10)
    assert np.linalg.det(turn) == pytest.approx(1)


@given(width=WIDTHS, one=st.floats(0, 0.5), other=st.floats(0, 0.5))
@settings(deadline=None)
def test_shares_add_up_along_one_way(width, one, other):
    np.testing.assert_allclose(turned(width, one) @ turned(width, other), turned(width, one + other), atol=1e-10)


@given(half=st.integers(1, 12), share=SHARES)
@settings(deadline=None)
def test_every_vector_is_turned_by_the_same_angle(half, share):
    vectors = np.random.default_rng(5).normal(size=(7, 2 * half))
    cosines = ((vectors @ turned(2 * half, share)) * vectors).sum(1) / (vectors**2).sum(1)
    np.testing.assert_allclose(cosines, math.cos(share * math.pi / 2), atol=1e-10)


@pytest.mark.parametrize("family", ["angiogram", "qwen3_vl"])
def test_distances_at_the_connector_stay(load_family, family):
    loaded, images = load_family(family), noise_images([(56, 56)] * 6)
    intact = read(loaded, images)
    with planted(loaded, "connector-rotation", 1.0, 0, material_for(loaded, intact)) as ill:
        turned_round = read(ill, images)
    for tap in [name for name in intact.pooled if name.startswith("connector.")]:
        before, after = intact.pooled[tap].flatten(0, 1), turned_round.pooled[tap].flatten(0, 1)
        assert not torch.allclose(before, after, atol=1e-2)
        torch.testing.assert_close(torch.pdist(after), torch.pdist(before), atol=1e-4, rtol=1e-4)
