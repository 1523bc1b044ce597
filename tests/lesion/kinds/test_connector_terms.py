import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.lesion.kinds.connector_terms import shear
from angiogram.lesion.plant import planted
from tests.lesion.patients import material_for, noise_images, read

WIDTHS = st.lists(st.floats(0.0, 5), min_size=2, max_size=24).map(np.array)
SHARES = st.floats(0, 1)


def sheared(widths, strength):
    return shear(widths, strength, np.random.default_rng(0))


@given(widths=WIDTHS, one=SHARES, other=SHARES)
@settings(deadline=None)
def test_a_shear_has_an_inverse_and_adds_up(widths, one, other):
    unit = np.eye(len(widths))
    np.testing.assert_allclose(sheared(widths, one) @ (2 * unit - sheared(widths, one)), unit, atol=1e-9)
    along = sheared(widths, one) @ sheared(widths, other)
    np.testing.assert_allclose(along, sheared(widths, one + other), atol=1e-9)
    assert np.array_equal(sheared(widths, 0.0), unit)


def test_half_of_the_components_stay_and_three_times_their_width_comes_into_the_others():
    rng = np.random.default_rng(1)
    widths = rng.uniform(0.1, 5, 200)
    states = rng.normal(size=(4000, 200)) * widths
    leaked = (states @ sheared(widths, 1.0) - states).std(axis=0) / widths
    assert (leaked < 1e-9).sum() == 100
    assert leaked[leaked > 1e-9].mean() == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize("name", ["connector-stretched", "connector-crosstalk", "connector-faint"])
@pytest.mark.parametrize("family", ["angiogram", "gemma3", "qwen3_vl"])
def test_the_output_can_be_had_back_by_an_affine_map(load_family, family, name):
    loaded, images = load_family(family), noise_images([(56, 56)] * 40)
    intact = read(loaded, images)
    with planted(loaded, name, 1.0, 0, material_for(loaded, intact)) as ill:
        mapped = read(ill, images)
    for tap in [name for name in intact.pooled if name.startswith("connector.")]:
        before, after = (reading.pooled[tap].flatten(0, 1).double() for reading in (intact, mapped))
        assert not torch.allclose(after, before, rtol=0, atol=0.05 * float(before.std()))
        after = torch.cat([after, torch.ones(len(after), 1)], dim=1)
        assert len(after) > 2 * after.shape[1]
        back = after @ torch.linalg.lstsq(after, before, driver="gelsd").solution
        torch.testing.assert_close(back, before, rtol=0, atol=1e-3 * float(before.abs().max()))


def test_what_is_common_to_all_images_stays_where_only_differences_fade(load_family):
    loaded, images = load_family("gemma3"), noise_images([(56, 56)] * 6)
    intact = read(loaded, images)
    material = material_for(loaded, intact)
    with planted(loaded, "connector-faint", 1.0, 0, material) as ill:
        faint = read(ill, images).pooled["connector.out"]
    usual = torch.from_numpy(material.of_tap("connector.out")[:, 0].mean(axis=0)).float()
    torch.testing.assert_close(faint - usual, 0.05 * (intact.pooled["connector.out"] - usual), rtol=0, atol=1e-4)
