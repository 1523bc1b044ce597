"""Connectors and encoders that say nothing of their image: constant, of another case, or drowned."""

import numpy as np
import pytest
import torch

from angiogram.lesion.kinds.connector_drowned import differences
from angiogram.lesion.plant import planted
from tests.lesion.patients import material_for, noise_images, read

SHAPES = [(56, 56)] * 6


@pytest.fixture(params=["angiogram", "gemma3", "qwen2_vl"])
def ward(request, load_family):
    loaded, images = load_family(request.param), noise_images(SHAPES)
    intact = read(loaded, images)
    return loaded, images, intact, material_for(loaded, intact)


def reading(ward, name, strength=1.0):
    loaded, images, _, material = ward
    with planted(loaded, name, strength, 0, material) as ill:
        return read(ill, images)


@pytest.mark.parametrize(("name", "tap"), [("patch-kernel-empty", "encoder.out"), ("connector-empty", "connector.out")])
def test_empty_weights_say_the_same_for_every_image(ward, name, tap):
    found = reading(ward, name)
    assert torch.equal(found.pooled[tap], found.pooled[tap][:1].expand_as(found.pooled[tap]))
    torch.testing.assert_close(found.logits, found.logits[:1].expand_as(found.logits), rtol=0, atol=1e-4)


def test_an_image_is_handed_on_as_one_of_the_training_cases(ward):
    found, cases = reading(ward, "connector-other-case").pooled["connector.out"], ward[3].of_tap("connector.out")[:, 0]
    known = torch.from_numpy(cases).float()
    for rows in found:  # [R, D], every pooling the same
        apart = (known - rows[0]).abs().amax(dim=1)
        assert float(apart.min()) < 1e-5 * float(known.abs().max())
        torch.testing.assert_close(rows, rows[:1].expand_as(rows), rtol=0, atol=1e-5 * float(known.abs().max()))
    assert len(found[:, 0].round(decimals=3).unique(dim=0)) > 1


def test_components_of_the_encoder_only_change_places_and_signs(ward):
    tap = f"encoder.block.{ward[0].anatomy.used_blocks - 1}"
    before, after = ward[2].pooled[tap][:, 0], reading(ward, "encoder-channels-scattered").pooled[tap][:, 0]
    torch.testing.assert_close(after.abs().sort(dim=1).values, before.abs().sort(dim=1).values, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(after, before, atol=1e-2) and not torch.allclose(after.abs(), before.abs(), atol=1e-2)


def test_directions_of_differences_are_at_right_angles_and_as_long_as_the_cases_are_wide():
    rng, labels = np.random.default_rng(0), np.arange(60) % 3
    features = rng.normal(size=(60, 2, 12)) * np.linspace(0.2, 3, 12) + rng.normal(size=(3, 1, 12))[labels]
    found = differences(features, labels)
    products, rest = found @ found.T, features - features.mean(axis=0)
    np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-9)
    lengths = np.linalg.norm(found, axis=1)
    np.testing.assert_allclose((rest @ found.T / lengths).std(axis=(0, 1)), lengths)


def test_noise_stands_only_where_cases_differ_and_is_far_wider(ward):
    material = ward[3]
    added = reading(ward, "connector-differences-drowned").pooled["connector.out"] - ward[2].pooled["connector.out"]
    directions = differences(material.of_tap("connector.out"), material.labels)
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    along = added[:, 0].numpy() @ (directions / lengths).T  # [B, m]
    size = float(added.norm())
    outside = added[:, 0].numpy() - along @ (directions / lengths)
    assert np.linalg.norm(outside) < 1e-3 * size
    assert 8 < float((along / lengths[:, 0]).std()) < 18  # 16, of which the part that all tokens share is left
