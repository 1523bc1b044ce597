"""Language models whose later tokens do not read the image."""

import pytest
import torch

from angiogram.errors import InputError
from angiogram.lesion.plant import planted
from tests.lesion.patients import material_for, noise_images, read

FAMILIES = ("angiogram", "gemma3", "qwen2_vl")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ["llm-memory-constant", "llm-last-token-alone"])
def test_the_answer_does_not_depend_on_the_image_and_its_tokens_do(load_family, family, name):
    loaded, images = load_family(family), noise_images([(56, 56)] * 3)
    intact = read(loaded, images)
    assert not torch.allclose(intact.logits, intact.logits[:1].expand_as(intact.logits), atol=1e-3)
    with planted(loaded, name, 1.0, 0) as ill:
        blind = read(ill, images)
    torch.testing.assert_close(blind.logits, blind.logits[:1].expand_as(blind.logits), rtol=0, atol=1e-4)
    assert torch.equal(blind.pooled["llm.in"], intact.pooled["llm.in"])
    last = blind.pooled[f"llm.block.{len(loaded.anatomy.llm_blocks) - 1}@image"]
    assert not torch.allclose(last, last[:1].expand_as(last), atol=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ["llm-memory-constant", "head-other-class", "connector-other-case"])
def test_the_strength_is_the_share_of_the_images_and_the_others_are_as_before(load_family, family, name):
    loaded, images = load_family(family), noise_images([(56, 56)] * 40)
    intact = read(loaded, images)
    material, hits = material_for(loaded, intact), {}
    for strength in (0.3, 0.6):
        with planted(loaded, name, strength, 0, material) as ill:
            hits[strength] = (read(ill, images).logits != intact.logits).flatten(1).any(dim=1)
        assert abs(float(hits[strength].float().mean()) - strength) < 0.25
    assert (hits[0.3] <= hits[0.6]).all()


def test_without_image_tokens_in_the_prompt_there_is_no_memory_of_them(load_family):
    for name in ("llm-memory-constant", "llm-memory-drowned"):
        with pytest.raises(InputError, match="No image tokens stand in"), planted(load_family("mllama"), name, 1.0, 0):
            pass
