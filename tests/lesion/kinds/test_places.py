"""Where every newer lesion shows first, that nothing shows before it, and that nothing of it stays."""

import numpy as np
import pytest
import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.lesion.lesion import LESIONS, as_asked, lesion_named
from angiogram.lesion.plant import planted
from angiogram.tap.taps import plan_taps
from tests.lesion.patients import changed, material_for, noise_images, read
from tests.lesion.test_families import NAMES as OLDEST
from tests.lesion.test_families import hooks

ENDINGS = ("answer-ends-at-once", "answer-never-ends", "answer-letter-too-many")  # see test_endings
NAMES = [name for name in LESIONS if name not in (*OLDEST, *ENDINGS) and lesion_named(name).asked is as_asked]
DRAWN = [name for name in NAMES if lesion_named(name).draws]
FAMILIES = ("gemma3", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("qwen2_vl", "mllama")))
# Shares of the depth at which those that do not begin with the first block begin.
ENCODER = {"encoder-heads-off": 2 / 3, "encoder-mlps-off": 1 / 3}
LLM = {"llm-middle-block-skipped": 1 / 2, "llm-last-block-skipped": 1.0, "llm-heads-off": 1 / 3, "llm-mlps-off": 1 / 3}
BEHIND = ("head", "cache")  # no tap shows it
BEHIND_NAMES = ("embeddings-exchanged",)  # the question holds no class name
AT_IMAGE_TOKENS = ("llm-image-positions", "llm-memory-constant", "llm-memory-drowned", "llm-directions-unread")


@pytest.fixture(scope="module", params=FAMILIES)
def patient(request, load_family):
    loaded, images = load_family(request.param), noise_images([(56, 56), (40, 90)])
    intact = read(loaded, images)
    weights = {name: weight.clone() for name, weight in loaded.model.state_dict().items()}
    return loaded, images, intact, material_for(loaded, intact), weights


def first_tap(loaded, name: str) -> str | None:
    """The first tap of the flow that the lesion changes."""
    lesion, anatomy = lesion_named(name), loaded.anatomy
    if lesion.interface in BEHIND or name in BEHIND_NAMES:
        return None
    if name == "llm-norm-noised":
        return "llm.norm@last"
    if name == "encoder-channels-scattered":  # Mllama's connector reads several blocks
        return "encoder.out" if anatomy.family == "mllama" else f"encoder.block.{anatomy.used_blocks - 1}"
    if name == "llm-directions-unread":
        return "llm.in"
    if name == "llm-last-token-alone":
        return "llm.block.0@last"
    if lesion.interface == "connector":
        return "connector.deepstack.0" if anatomy.deepstack else "connector.out"
    if lesion.interface in ("input", "encoder") or name in ("all-3-bits", "encoder-3-bits"):
        return f"encoder.block.{int(ENCODER.get(name, 0) * anatomy.used_blocks)}"
    blocks = len(anatomy.llm_blocks)
    block = min(int(LLM.get(name, 0) * blocks), blocks - 1)
    if name == "llm-blocks-exchanged":
        block = blocks // 4 if loaded.anatomy.family == "gemma3" else 0
    if not anatomy.image_tokens and name in ("llm-heads-off", "llm-mlps-off"):
        block = blocks - 1  # the last that reads the image
    return f"llm.block.{block}@{'image' if anatomy.image_tokens else 'last'}"


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_at_its_place_and_behind_it_and_leaves_nothing(patient, name):
    loaded, images, intact, material, weights = patient
    if name in AT_IMAGE_TOKENS and not loaded.anatomy.image_tokens:
        with pytest.raises(InputError, match="No image tokens stand in the prompt"), planted(loaded, name, 1, 0):
            pass
        return
    standing = hooks(loaded)
    with planted(loaded, name, 1.0, 0, material) as ill:
        found = read(ill, images)
        if name in DRAWN and loaded.anatomy.family == "qwen2_vl":
            alone = read(ill, images[1:])
            assert alike(alone.logits, found.logits[1:])
    assert hooks(loaded) == standing
    assert all(torch.equal(weight, weights[key]) for key, weight in loaded.model.state_dict().items())
    assert found.logits.isfinite().all() and not torch.allclose(found.logits, intact.logits, atol=1e-3)
    taps = [tap.name for tap in plan_taps(loaded.anatomy) if tap.name in intact.pooled]
    different = changed(intact, found)
    expected = first_tap(loaded, name)
    assert next((tap for tap in taps if tap in different), None) == expected
    if expected is not None:
        assert "llm.norm@last" in different


def alike(one: Tensor, other: Tensor) -> bool:
    return torch.allclose(one, other, rtol=0, atol=2e-3)


def test_nothing_stays_in_the_answers(patient):
    loaded, images, intact, _, _ = patient
    again = read(loaded, images)
    assert not changed(intact, again) and torch.equal(again.logits, intact.logits)


@pytest.mark.parametrize("name", DRAWN)
def test_the_seed_decides_what_is_drawn(load_family, name):
    loaded, images = load_family("qwen2_vl"), noise_images([(56, 56)])
    material = material_for(loaded, read(loaded, images))
    found = []
    strength = 0.5 if lesion_named(name).graded else 1.0  # at 1 some hit all images alike
    for seed in range(8):
        with planted(loaded, name, strength, seed, material) as ill:
            found.append(read(ill, images).logits)
    assert any(not torch.equal(found[0], other) for other in found[1:])


@pytest.mark.parametrize("name", [name for name in NAMES if lesion_named(name).graded])
def test_weaker_is_nearer_to_nothing(load_family, name):
    loaded, images = load_family("qwen2_vl"), noise_images([(56, 56)])
    intact = read(loaded, images)
    material = material_for(loaded, intact)
    moved = []
    for strength in (1e-6, 1.0):
        with planted(loaded, name, strength, 0, material) as ill:
            moved.append(float((read(ill, images).logits - intact.logits).abs().max()))
    assert moved[0] < 0.05 * moved[1]


def test_a_name_is_begun_as_before_where_only_the_cache_is_hurt(patient):
    loaded, images, intact, material, _ = patient
    with planted(loaded, "cache-image-zeroed", 1.0, 0, material) as ill:
        found = read(ill, images)
    assert torch.equal(found.logits[:, 0], intact.logits[:, 0])
    assert not np.allclose(found.logits[:, 1:], intact.logits[:, 1:], atol=1e-3)
