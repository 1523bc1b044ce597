"""Encoders that AutoModel does not know are built, saved and loaded as any other; what is none is one sentence."""

import pytest
import torch
from transformers import (
    AltCLIPVisionConfig,
    Blip2VisionConfig,
    BlipVisionConfig,
    Idefics2VisionConfig,
    InstructBlipVisionConfig,
    JanusVisionConfig,
    LlamaConfig,
    MetaClip2VisionConfig,
    PreTrainedConfig,
)

from angiogram.errors import InputError
from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration
from angiogram.model.build.tower import fresh_tower
from tests.model.build.test_assembled_parts import SIZES, TEXT

UNKNOWN_TO_AUTO = (
    AltCLIPVisionConfig, Blip2VisionConfig, BlipVisionConfig, Idefics2VisionConfig, InstructBlipVisionConfig,
    JanusVisionConfig, MetaClip2VisionConfig,
)  # fmt: skip


@pytest.mark.parametrize("kind", UNKNOWN_TO_AUTO, ids=lambda kind: kind.__name__)
def test_an_encoder_without_an_entry_in_auto_model_is_saved_and_loaded(kind, tmp_path):
    torch.manual_seed(0)
    vision = kind(**SIZES, intermediate_size=24)
    config = AngiogramConfig(vision, LlamaConfig(vocab_size=60, **TEXT), image_size=56, image_token_id=60)
    model = AngiogramForConditionalGeneration(config).eval()
    model.save_pretrained(tmp_path)
    loaded = AngiogramForConditionalGeneration.from_pretrained(tmp_path).eval()
    pixels = torch.randn(2, 3, 56, 56)
    with torch.no_grad():
        given = model.model.get_image_features(pixels)
        assert given.shape == (2, 4, 32)
        torch.testing.assert_close(loaded.model.get_image_features(pixels), given)


def test_a_configuration_of_no_model_is_one_sentence():
    class Unheard(PreTrainedConfig):
        model_type = "unheard"

    with pytest.raises(InputError, match="has no vision model for configurations of kind 'unheard'"):
        fresh_tower(Unheard())
