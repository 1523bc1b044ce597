"""Heads that say other words than the last token knows, which stays as it is to the bit."""

import pytest
import torch

from angiogram.lesion.plant import planted
from tests.lesion.patients import changed, material_for, noise_images, read, tree_of

FAMILIES = ("angiogram", "gemma3", "qwen2_vl")


@pytest.fixture(params=FAMILIES)
def ward(request, load_family):
    loaded, images = load_family(request.param), noise_images([(56, 56)] * 30)
    return loaded, images, read(loaded, images)


def reading(ward, name, strength=1.0):
    loaded, images, intact = ward
    with planted(loaded, name, strength, 0, material_for(loaded, intact)) as ill:
        found = read(ill, images)
    assert not changed(intact, found)
    return found


def test_every_token_has_the_logit_of_the_one_before(ward):
    assert torch.equal(reading(ward, "vocabulary-shifted").logits, ward[2].logits.roll(1, dims=-1))


def test_each_image_has_a_class_of_its_own_that_is_preferred(ward):
    likely = reading(ward, "head-other-class").logits[:, 0].argmax(dim=-1)
    firsts = {pairs[0][1] for pairs in tree_of(ward[0]).scored}
    assert set(likely.tolist()) <= firsts and len(set(likely.tolist())) > 1


def test_the_head_reads_the_last_state_turned_by_a_right_angle(ward):
    loaded, images, intact = ward
    given, head = [], loaded.model.get_output_embeddings()
    with planted(loaded, "head-turned", 1.0, 0):
        handle = head.register_forward_pre_hook(lambda _, args: given.append(args[0][:, -1]))
        found = read(loaded, images)
        handle.remove()
    last = intact.pooled["llm.norm@last"][:, 0]
    torch.testing.assert_close(given[0].norm(dim=1), last.norm(dim=1), rtol=1e-4, atol=1e-4)
    assert torch.cosine_similarity(given[0], last).abs().max() < 1e-4
    assert not changed(intact, found) and not torch.allclose(found.logits, intact.logits, atol=1e-2)
