"""LLMs of many types: in a build each says of a text what it says by itself, or is refused in one sentence."""

from functools import partial

import pytest
import torch
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    BartConfig,
    BitImageProcessorPil,
    BloomConfig,
    Cohere2Config,
    CohereConfig,
    FalconConfig,
    Gemma2Config,
    Gemma3TextConfig,
    GPT2Config,
    GPTJConfig,
    GraniteConfig,
    HyperCLOVAXConfig,
    LlamaConfig,
    MistralConfig,
    OPTConfig,
    Phi3Config,
    PhiConfig,
    Qwen2Config,
    Qwen3Config,
)

from angiogram.errors import InputError
from angiogram.model.build.assemble import Parts, assemble
from angiogram.model.load import load_model
from tests.conftest import tiny_tokenizer
from tests.model.build.test_assembled_parts import ENCODERS, inputs_of

SIZES = {
    "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "initializer_range": 0.4,
}  # fmt: skip
OLDER = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 128, "initializer_range": 0.4}
OPT_SIZES = {"hidden_size": 32, "ffn_dim": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "init_std": 0.4}
ALIKE = {
    "llama": partial(LlamaConfig, **SIZES),
    "mistral": partial(MistralConfig, **SIZES),
    "qwen2": partial(Qwen2Config, **SIZES),
    "qwen3": partial(Qwen3Config, **SIZES, head_dim=8),
    "phi": partial(PhiConfig, **SIZES),
    "phi3": partial(Phi3Config, **SIZES),
    "gemma2": partial(Gemma2Config, **SIZES, head_dim=8, final_logit_softcapping=3.0),
    "gemma3": partial(Gemma3TextConfig, **SIZES, head_dim=8),
    "granite": partial(GraniteConfig, **SIZES, logits_scaling=4.0, embedding_multiplier=3.0),
    "cohere": partial(CohereConfig, **SIZES, logit_scale=0.25),
    "cohere2": partial(Cohere2Config, **SIZES, logit_scale=0.25),
    "gpt2": partial(GPT2Config, **OLDER),
    "gptj": partial(GPTJConfig, **OLDER, rotary_dim=4),
    "opt": partial(OPTConfig, **OPT_SIZES, word_embed_proj_dim=32),
    "bloom": partial(BloomConfig, hidden_size=32, n_layer=2, n_head=4, initializer_range=0.4),
    "falcon": partial(
        FalconConfig, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, initializer_range=0.4
    ),
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    """Writes an LLM with a head of its own where it has one, and returns the parts of a build with it."""
    torch.manual_seed(0)
    AutoModel.from_config(ENCODERS["siglip"]()).save_pretrained(tmp_path / "vision")
    BitImageProcessorPil(size={"height": 56, "width": 56}, do_center_crop=False).save_pretrained(tmp_path / "vision")

    def write(make, name):
        tokenizer = tiny_tokenizer()
        end = tokenizer.eos_token_id
        config = make(vocab_size=len(tokenizer), eos_token_id=end, pad_token_id=end, bos_token_id=end)
        llm = AutoModelForCausalLM.from_config(config).eval()
        head = llm.get_output_embeddings()
        if head.bias is not None:
            torch.nn.init.normal_(head.bias)
        llm.save_pretrained(tmp_path / name)
        tokenizer.save_pretrained(tmp_path / name)
        return Parts(str(tmp_path / "vision"), str(tmp_path / name))

    return write


@pytest.mark.parametrize("name", ALIKE)
def test_a_build_says_of_a_text_what_its_llm_says_and_is_loaded_so(name, write, squares, tmp_path):
    parts = write(ALIKE[name], name)
    llm = AutoModelForCausalLM.from_pretrained(parts.text)
    model, processor = assemble(parts)
    tokens = torch.randint(0, llm.config.vocab_size - 3, (2, 9))
    model.save_pretrained(tmp_path / "build")
    processor.save_pretrained(tmp_path / "build")
    loaded = load_model(str(tmp_path / "build"), tmp_path, lambda _: None)
    inputs = inputs_of(processor, squares)
    with torch.no_grad():
        for build in (model, loaded.model):
            torch.testing.assert_close(build(input_ids=tokens).logits, llm(input_ids=tokens).logits)
        torch.testing.assert_close(loaded.model(**inputs).logits, model(**inputs).logits)
        assert loaded.model.generate(**inputs, max_new_tokens=3, do_sample=False).shape[0] == 2
    shared = loaded.model.lm_head.weight is loaded.model.get_input_embeddings().weight
    assert shared == llm.config.tie_word_embeddings
    assert len(loaded.anatomy.llm_blocks) == 2


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (partial(HyperCLOVAXConfig, **SIZES, logits_scaling=4.0),
         "llm' of type 'hyperclovax' gives other logits in a build than by itself"),
        (partial(OPTConfig, **OPT_SIZES, word_embed_proj_dim=16),
         r"llm' has a head of shape \[\d+, 16\], where a build's is \[\d+, 32\]"),
        (partial(BartConfig, d_model=32, decoder_layers=1, decoder_attention_heads=2, decoder_ffn_dim=32),
         "llm', a BartForCausalLM, has no decoder that AutoModel would make"),
    ],
    ids=["other logits", "other widths", "no decoder"],
)  # fmt: skip
def test_an_llm_that_no_build_can_have_is_one_sentence(make, said, write):
    with pytest.raises(InputError, match=said):
        assemble(write(make, "llm"))
