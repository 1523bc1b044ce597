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


def test_the_head_reads_what_an_early_block_left(ward):
    loaded, images, _ = ward
    anatomy, early = loaded.anatomy, []
    block = loaded.model.get_submodule(anatomy.llm_blocks[max(round(len(anatomy.llm_blocks) / 3) - 1, 0)])
    handle = block.register_forward_hook(lambda _, __, out: early.append(out[0] if isinstance(out, tuple) else out))
    read(loaded, images)
    handle.remove()
    with torch.no_grad():
        last = loaded.model.get_submodule(anatomy.llm_norm)(early[0][:, -1])
        expected = loaded.model.get_output_embeddings()(last)
    found = reading(ward, "head-reads-early").logits[:, 0]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
