"""Gramians from one backward pass against as many as there are tasks, on real tiny models."""

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import CLIPVisionConfig, CLIPVisionModel, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from angiogram.train.conflict.gramians import gramians
from tests.model.build.test_assembled_parts import assembled, inputs_of
from tests.train.conflict.naive import naive_gramian

TASKS = torch.tensor([0, 2, 1, 0, 2, 2])
TEXT = {
    "vocab_size": 23, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "initializer_range": 0.4,
}  # fmt: skip


def agree(model, losses, tasks, modules):
    found = gramians(model, losses, tasks, modules)
    for module in modules:
        wanted = naive_gramian(model, losses, tasks, module)
        size = wanted.diagonal().sqrt()
        assert ((found[module] - wanted).abs() <= 1e-5 * size[:, None] * size).all(), module
        assert wanted.abs().max() > 0 and found[module].dtype == torch.float64
    return found


def text_losses(ids, answer=5):
    """Cross-entropy of the last `answer` tokens of each sample."""

    def losses(model, **more):
        logits = model(input_ids=ids, **more).logits[:, -answer - 1 : -1]
        return nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, -answer:], reduction="none").mean(dim=1)

    return losses


def llama(**more):
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(**TEXT, **more)).train()
    return model, text_losses(torch.randint(23, (6, 9)))


def test_an_mlp():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, 3))
    x, y = torch.randn(6, 5), torch.randint(3, (6,))
    agree(model, lambda m: nn.functional.cross_entropy(m(x), y, reduction="none"), TASKS, ["", "0", "2", "3"])


@pytest.mark.parametrize("tied", [False, True])
def test_a_llama(tied):
    model, losses = llama(tie_word_embeddings=tied)
    blocks = ["model.layers.0", "model.layers.1"]
    found = agree(model, losses, TASKS, ["", "model", "lm_head", "model.embed_tokens", *blocks, "model.norm"])
    assert torch.equal(found["lm_head"], found["model.embed_tokens"]) == tied


@pytest.mark.parametrize("reduce", ["join", "attention", "resampler"])
def test_the_assembled_model_with_experts(reduce, squares):
    model, processor = assembled("clip", reduce=reduce, project="experts", tasks=("a", "b", "c"))
    inputs = inputs_of(processor, squares, count=6)
    ids = inputs.pop("input_ids")
    losses = text_losses(ids, answer=4)
    modules = [
        "", "model.vision_tower", "model.connector", "model.connector.project.experts.1",
        "model.connector.project.router", "model.language_model.layers.1",
    ]  # fmt: skip
    if reduce != "join":
        modules.append("model.connector.reduce")
    agree(model, lambda m: losses(m, **inputs, task=TASKS), TASKS, modules)


@pytest.mark.parametrize("encoder", ["siglip", "dinov2 with registers", "vit"])
def test_the_embeddings_of_encoders(encoder, squares):
    model, processor = assembled(encoder, vision_layer=-2)
    inputs = inputs_of(processor, squares, count=6)
    losses = text_losses(inputs.pop("input_ids"), answer=4)
    blocks = [name for name, _ in model.named_modules() if name.endswith(("embeddings", "layer.0", "layers.0"))]
    assert len(blocks) >= 3
    agree(model, lambda m: losses(m, **inputs), TASKS, ["model.vision_tower", *blocks])


def test_positions_that_all_samples_share():
    torch.manual_seed(0)
    ids = torch.randint(23, (6, 9))
    gpt2 = GPT2LMHeadModel(GPT2Config(vocab_size=23, n_embd=16, n_layer=1, n_head=2, n_positions=9)).eval()
    agree(gpt2, text_losses(ids), TASKS, ["", "transformer.wpe", "transformer.wte"])
    clip = CLIPVisionModel(
        CLIPVisionConfig(hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2,
                         patch_size=14, image_size=28)
    )  # fmt: skip
    pixels = torch.randn(6, 3, 28, 28)
    modules = [name for name, module in clip.named_modules() if name.endswith(("embeddings", "position_embedding"))]
    agree(clip, lambda m: m(pixel_values=pixels).pooler_output.pow(2).mean(dim=1), TASKS, modules)


def test_adapters_alone():
    model, losses = llama()
    config = LoraConfig(r=2, target_modules=["q_proj", "up_proj"], init_lora_weights=False, lora_dropout=0.0)
    tuned = get_peft_model(model, config)
    names = [name for name, module in tuned.named_modules() if name.endswith(("lora_B.default", "layers.0"))]
    assert len(names) == 5
    agree(tuned, losses, TASKS, ["", *names])


def test_as_many_tasks_as_samples_and_one_task():
    model, losses = llama()
    agree(model, losses, torch.arange(6), ["", "model.layers.1"])
    found = agree(model, losses, torch.zeros(6, dtype=torch.int64), [""])[""]
    assert found.shape == (1, 1)


def test_a_module_holds_what_its_parts_hold():
    model, losses = llama()
    parts = [f"model.layers.{at}" for at in range(2)] + ["model.embed_tokens", "model.norm", "lm_head"]
    found = gramians(model, losses, TASKS, ["", *parts])
    torch.testing.assert_close(sum(found[part] for part in parts), found[""])
    for gramian in found.values():
        assert torch.equal(gramian, gramian.T) and torch.linalg.eigvalsh(gramian).min() > -1e-6 * gramian.max()
