"""Published parts put together: their weights, the LLM's own template, and parts that are none."""

import numpy as np
import pytest
import torch
from PIL.Image import Resampling
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    BitImageProcessorPil,
    Blip2Config,
    Blip2ForConditionalGeneration,
    CLIPConfig,
    CLIPModel,
    CLIPTextConfig,
    GroupViTConfig,
    GroupViTModel,
)

from angiogram.errors import InputError
from angiogram.model.build import VolumeVitConfig
from angiogram.model.build.assemble import Parts, assemble
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, pictures
from tests.conftest import tiny_tokenizer
from tests.model.build.test_assembled_parts import ENCODERS, LLMS, TEXT

OWN_TEMPLATE = (
    "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }} {% endfor %}"
    "{% if add_generation_prompt %}[assistant] {% endif %}"
)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder of published parts: vision models, some of them inside models with texts, and LLMs."""
    root = tmp_path_factory.mktemp("published")
    torch.manual_seed(0)
    for name in ("siglip", "dinov2"):
        AutoModel.from_config(ENCODERS[name]()).save_pretrained(root / name)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = CLIPTextConfig(vocab_size=60, **sizes)
    CLIPModel(CLIPConfig(text_config=text, vision_config=ENCODERS["clip"]())).save_pretrained(root / "clip")
    Blip2ForConditionalGeneration(
        Blip2Config(
            vision_config=dict(ENCODERS["clip"]().to_dict(), model_type="blip_2_vision_model"),
            qformer_config={**sizes, "vocab_size": 60, "encoder_hidden_size": 16},
            text_config={**sizes, "model_type": "opt", "vocab_size": 60, "ffn_dim": 16, "word_embed_proj_dim": 16},
        )
    ).save_pretrained(root / "blip2")
    parts = {"vision_config": {**sizes, "image_size": 56, "patch_size": 14}, "text_config": {**sizes, "vocab_size": 60}}
    GroupViTModel(GroupViTConfig(**parts)).save_pretrained(root / "groupvit")
    for name in ("siglip", "dinov2", "clip", "blip2", "groupvit"):
        BitImageProcessorPil(size={"shortest_edge": 70}, crop_size={"height": 56, "width": 56}).save_pretrained(
            root / name
        )
    for name in ("llama", "qwen2"):
        tokenizer = tiny_tokenizer()
        tokenizer.chat_template = OWN_TEMPLATE if name == "qwen2" else None
        tied = {**TEXT, "tie_word_embeddings": name == "qwen2"}
        config = LLMS[name](
            vocab_size=len(tokenizer), eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.eos_token_id, **tied,
        )  # fmt: skip
        AutoModelForCausalLM.from_config(config).save_pretrained(root / name)
        tokenizer.save_pretrained(root / name)
    return root


@pytest.mark.parametrize("vision", ["siglip", "dinov2", "clip", "blip2"])
@pytest.mark.parametrize("text", ["llama", "qwen2"])
def test_parts_keep_their_weights_and_the_build_is_loaded_as_any_model(published, vision, text, squares, tmp_path):
    model, processor = assemble(Parts(str(published / vision), str(published / text), vision_layer=-2))
    llm = AutoModelForCausalLM.from_pretrained(published / text)
    tower = AutoModel.from_pretrained(published / vision)
    tower = tower.vision_model if vision in ("clip", "blip2") else tower
    for ours, theirs in ((model.model.language_model, llm.model), (model.model.vision_tower, tower)):
        assert all(torch.equal(ours.state_dict()[name], value) for name, value in theirs.state_dict().items())
    assert torch.equal(model.lm_head.weight, llm.lm_head.weight)
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, lambda _: None)
    images = pictures([squares.read(row) for row in squares.rows[:2]])
    prompt = chat(loaded.processor, "Which?")
    inputs = loaded.processor(images=images, text=[prompt] * 2, return_tensors="pt")
    with torch.no_grad():
        torch.testing.assert_close(loaded.model(**inputs).logits, model(**inputs).logits)


def test_the_llms_own_template_writes_the_message(published):
    _, processor = assemble(Parts(str(published / "siglip"), str(published / "qwen2")))
    assert chat(processor, "Which?") == "[user] <image>Which? [assistant] "
    _, processor = assemble(Parts(str(published / "siglip"), str(published / "llama")))
    assert chat(processor, "Which?") == "<|im_start|>user\n<image>Which?<|im_end|>\n<|im_start|>assistant\n"


def test_the_same_parts_and_seed_give_the_same_connector(published):
    one, two, other = (
        assemble(Parts(str(published / "siglip"), str(published / "llama"), seed=seed))[0] for seed in (1, 1, 2)
    )
    weights = [model.model.connector.project.linear_1.weight for model in (one, two, other)]
    assert torch.equal(*weights[:2]) and not torch.equal(*weights[1:])


def test_a_published_vision_model_reads_volumes_slice_by_slice(published):
    model, processor = assemble(Parts(str(published / "siglip"), str(published / "llama"), slices=3))
    assert model.config.grid == (3, 4, 4) and processor.slices == 3 and processor.channels == 3
    volume = np.zeros((7, 40, 50), np.uint8)
    inputs = processor(images=[volume], text=[chat(processor, "Which?")], return_tensors="pt")
    assert inputs["pixel_values"].shape == (1, 3, 3, 56, 56) and model(**inputs).logits.isfinite().all()


def test_a_volume_vit_starts_fresh_or_from_a_folder(published, tmp_path):
    config = VolumeVitConfig(4, 28, 2, 7, 24, 2, 2, 32)
    text = str(published / "llama")
    one, processor = assemble(Parts(config, text, seed=3))
    assert one.config.slices == processor.slices == 4 and processor.channels == 1
    assert processor.image_processor.resample == Resampling.BILINEAR
    same, other = (assemble(Parts(config, text, seed=seed))[0].model.vision_tower for seed in (3, 4))
    own = one.model.vision_tower
    assert torch.equal(own.patch_embedding.weight, same.patch_embedding.weight)
    assert not torch.equal(own.patch_embedding.weight, other.patch_embedding.weight)
    own.save_pretrained(tmp_path)
    trained, _ = assemble(Parts(str(tmp_path), text, slices=8, image_size=14))  # of another size than it was made for
    assert trained.config.grid == (4, 2, 2)
    assert torch.equal(trained.model.vision_tower.position_embedding.weight, own.position_embedding.weight)


@pytest.mark.parametrize(
    ("vision", "text", "more", "said"),
    [
        ("llama", "llama", {}, "is no vision model that transformers loads here"),
        ("siglip", "siglip", {}, "is no causal LLM that transformers loads here"),
        ("nowhere", "llama", {}, "nowhere' is no vision model"),
        ("groupvit", "llama", {}, "groupvit' is a GroupViTVisionTransformer, where a build has a GroupViTVisionModel"),
        ("siglip", "llama", {"image_size": 60}, "image_size 60 is no multiple of the encoder's patches of 14 pixels"),
        ("siglip", "llama", {"connector": {"reduce": {"name": "join", "block": (3, 3)}, "project": {"name": "mlp"}}},
         "A grid of 4x4 tokens does not divide into blocks of 3x3"),
        ("siglip", "llama", {"vision_layer": 9}, "The encoder has no block 9"),
        ("siglip", "llama", {"vision_tokens": "patchs"}, "did you mean 'patches'"),
        ("siglip", "llama", {"connector": {"reduce": {"name": "attention", "heads": 7}, "project": {"name": "mlp"}}},
         "The 7 heads of a connector must divide the encoder's width"),
        ("siglip", "llama", {"connector": {"project": {"name": "mlp"}}}, "The connector lacks 'reduce'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence(published, vision, text, more, said):
    with pytest.raises(InputError, match=said):
        assemble(Parts(str(published / vision), str(published / text), **more))
