"""Models from parts: every encoder at its layer and with its tokens, every connector, several LLMs."""

from functools import partial
from math import prod

import pytest
import torch
from transformers import (
    BitImageProcessorPil,
    CLIPVisionConfig,
    Dinov2Config,
    Dinov2WithRegistersConfig,
    GPTNeoXConfig,
    LlamaConfig,
    PhiConfig,
    Qwen2Config,
    SiglipVisionConfig,
    ViTConfig,
)

from angiogram.errors import InputError
from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration, AngiogramProcessor
from angiogram.model.build.connectors.connector import PROJECTORS, REDUCERS
from angiogram.model.build.encoder_flat import encoder_tokens
from angiogram.model.build.processing import CHAT_TEMPLATE
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, pictures
from tests.conftest import tiny_tokenizer

SIZES = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2, "patch_size": 14, "image_size": 56}
ENCODERS = {
    "clip": lambda: CLIPVisionConfig(**SIZES, intermediate_size=24),
    "siglip": lambda: SiglipVisionConfig(**SIZES, intermediate_size=24),
    "dinov2": lambda: Dinov2Config(**SIZES, mlp_ratio=2),
    "dinov2 with registers": lambda: Dinov2WithRegistersConfig(**SIZES, mlp_ratio=2, num_register_tokens=4),
    "vit": lambda: ViTConfig(**SIZES, intermediate_size=24),
}
LEADING = {"clip": 1, "siglip": 0, "dinov2": 1, "dinov2 with registers": 5, "vit": 1}
TEXT = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "initializer_range": 0.4, "tie_word_embeddings": False,
}  # fmt: skip
LLMS = {
    "llama": LlamaConfig,
    "qwen2": partial(Qwen2Config, num_key_value_heads=2),
    "phi": PhiConfig,
    "gpt_neox": GPTNeoXConfig,
}
REDUCE = {
    "none": {}, "join": {"block": (1, 4)}, "average": {"block": (2, 2)}, "max": {"block": (2, 2)},
    "attention": {"queries": 5, "heads": 2}, "resampler": {"latents": 3, "heads": 2},
}  # fmt: skip
PROJECT = {"linear": {}, "mlp": {"layers": 3, "width": 20}, "experts": {"experts": 2, "width": 20, "router_width": 4}}


def assembled(encoder="dinov2", llm="llama", reduce="join", project="mlp", **more):
    torch.manual_seed(0)
    tokenizer = tiny_tokenizer()
    text = LLMS[llm](
        vocab_size=len(tokenizer), eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.eos_token_id, **TEXT,
    )  # fmt: skip
    connector = {
        "reduce": {"name": reduce, **REDUCE[reduce]},
        "project": {"name": project, **PROJECT[project]},
    }
    given = {"connector": connector, **more}
    config = AngiogramConfig(
        ENCODERS[encoder](), text, image_size=56, image_token_id=tokenizer.convert_tokens_to_ids("<image>"), **given
    )
    model = AngiogramForConditionalGeneration(config).eval()
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    images = BitImageProcessorPil(size={"height": 56, "width": 56}, do_center_crop=False)
    return model, AngiogramProcessor(images, tokenizer, config.image_tokens, CHAT_TEMPLATE)


def inputs_of(processor, squares, count=2):
    images = pictures([squares.read(row) for row in squares.rows[:count]])
    return processor(images=images, text=[chat(processor, "Which?")] * count, return_tensors="pt")


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("layer", [None, -2, 1])
def test_patches_are_all_patches_and_nothing_else(encoder, layer):
    model, _ = assembled(encoder)
    tower, pixels = model.model.vision_tower, torch.randn(2, 3, 56, 56)
    with torch.no_grad():
        states = tower(pixel_values=pixels, output_hidden_states=True)
        read = states.last_hidden_state if layer is None else states.hidden_states[layer]
        kept = encoder_tokens(tower, pixels, layer, "patches", 16)
        every = encoder_tokens(tower, pixels, layer, "all", 16)
    assert every.shape[1] == 16 + LEADING[encoder] and kept.shape[1] == 16
    assert torch.equal(every, read) and torch.equal(kept, read[:, LEADING[encoder] :])


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_encoder_takes_images_of_another_size_than_it_was_made_for(encoder):
    model, _ = assembled(encoder)
    tokens = encoder_tokens(model.model.vision_tower, torch.randn(1, 3, 84, 84), None, "patches", 36)
    assert tokens.shape == (1, 36, 16)


@pytest.mark.parametrize("reduce", REDUCERS)
@pytest.mark.parametrize("project", PROJECTORS)
def test_every_connector_gives_as_many_tokens_as_it_says(reduce, project, squares):
    model, processor = assembled(reduce=reduce, project=project, tasks=("vqa", "report"))
    inputs = inputs_of(processor, squares)
    with torch.no_grad():
        features = model.model.get_image_features(inputs["pixel_values"])
        assert features.shape == (2, model.config.image_tokens, 32)
        assert model(**inputs, task=torch.tensor([0, 1])).logits.isfinite().all()


@pytest.mark.parametrize("encoder", ["siglip", "dinov2 with registers"])
def test_tokens_before_the_patches_are_kept_where_they_are_asked_for(encoder):
    model, _ = assembled(encoder, reduce="none", vision_tokens="all")
    assert model.config.image_tokens == 16 + LEADING[encoder]
    assert prod(model.model.get_patches(torch.randn(1, 3, 56, 56)).grid) == 16 + LEADING[encoder]


@pytest.mark.parametrize(
    ("encoder", "llm"), [*((name, "llama") for name in ENCODERS), *(("clip", llm) for llm in LLMS)]
)
def test_it_is_saved_loaded_and_its_parts_are_found(encoder, llm, squares, tmp_path):
    model, processor = assembled(encoder, llm, project="experts", vision_layer=-2)
    inputs = inputs_of(processor, squares)
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, lambda _: None)
    with torch.no_grad():
        torch.testing.assert_close(loaded.model(**inputs).logits, model(**inputs).logits)
        said = loaded.model.generate(**inputs, max_new_tokens=3, do_sample=False)
    assert said.shape[0] == 2
    anatomy = loaded.anatomy
    assert anatomy.connector == "model.connector" and len(anatomy.encoder_blocks) == 3 and len(anatomy.llm_blocks) == 2


def test_wrong_names_and_settings_are_one_sentence():
    for connector, said in (
        ({"reduce": {"name": "joint"}, "project": {"name": "mlp"}}, "did you mean 'join'"),
        ({"reduce": {"name": "join", "blocks": 2}, "project": {"name": "mlp"}}, "did you mean 'block'"),
        ({"reduce": {"name": "join"}, "project": {"name": "mlp", "width_in": 3}}, "'width_in'"),
        ({"reduce": {"block": (2, 2)}, "project": {"name": "mlp"}}, "A reducer needs a name"),
    ):
        with pytest.raises(InputError, match=said):
            AngiogramConfig(connector=connector).make_connector()
