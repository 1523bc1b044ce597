"""A language model that does not read the directions in which the connector writes the class."""

import pytest
import torch

from angiogram.errors import InputError
from angiogram.lesion.discriminative import discriminative_directions
from angiogram.lesion.plant import planted
from tests.lesion.patients import material_for, noise_images, read


@pytest.mark.parametrize("family", ["angiogram", "gemma3", "qwen2_vl"])
def test_the_connector_s_output_stays_and_the_language_model_reads_none_of_its_classes(load_family, family):
    loaded, images = load_family(family), noise_images([(56, 56)] * 6)
    intact = read(loaded, images)
    material = material_for(loaded, intact)
    means = torch.from_numpy(discriminative_directions(material.of_tap("connector.out"), material.labels)[0]).float()
    with planted(loaded, "llm-directions-unread", 1.0, 0, material) as ill:
        found = read(ill, images)
    assert torch.equal(found.pooled["connector.out"], intact.pooled["connector.out"])
    left, before = (reading.pooled["llm.in"] @ means.T for reading in (found, intact))
    assert left.abs().max() < 1e-4 * before.abs().max()
    assert not torch.allclose(found.logits, intact.logits, atol=1e-3)


def test_without_image_tokens_in_the_prompt_there_is_nothing_to_overlook(load_family):
    name = "llm-directions-unread"
    with pytest.raises(InputError, match="No image tokens stand in"), planted(load_family("mllama"), name, 1.0, 0):
        pass
