"""Two small models without training, in ordinary Hugging Face layout: a Qwen2-VL and a Gemma 3.

They differ in everything that a diagnosis has to deal with. Qwen2-VL: patches of all images on one flat axis, no norm
at the encoder's end, four patches concatenated to one token by an MLP, M-RoPE, causal attention. Gemma 3: a SigLIP
tower with learned positions, blocks of patches averaged and projected by one matrix, image tokens that see each other,
sliding and full attention in turns, norms on both sides of every layer. Both look at 56 x 56 px in 64 patches of 7 px
and give the LLM 16 image tokens.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    Gemma3ImageProcessorPil,
    PreTrainedTokenizerFast,
    Qwen2VLImageProcessorPil,
)

SIDE, PATCH = 56, 7
VOCABULARY = 1000  # more than all words of a question and its classes
ENCODER = {"hidden_size": 96, "intermediate_size": 384, "num_hidden_layers": 4, "num_attention_heads": 4}
LLM = {
    "hidden_size": 96, "intermediate_size": 192, "num_hidden_layers": 6, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 24, "tie_word_embeddings": True,
}  # fmt: skip
QWEN = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% for message in messages %}"
    "<start_of_turn>{{ 'model' if message['role'] == 'assistant' else message['role'] }}\n"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<start_of_image>"
    "{% else %}{{ part['text'] | trim }}{% endif %}{% endfor %}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)


def write_untrained(family: str, folder: Path, texts: Sequence[str], seed: int) -> None:
    """Write the family's model into `folder`.

    Args:
        family: a name in `FAMILIES`.
        folder: is there.
        texts: whose words get a token each.
        seed: of the weights.
    """
    torch.manual_seed(seed)
    FAMILIES[family](folder, texts)


def _qwen2_vl(folder: Path, texts: Sequence[str]) -> None:
    roles = {"vision_start": "<|vision_start|>", "vision_end": "<|vision_end|>", "image": "<|image_pad|>"}
    roles["video"] = "<|video_pad|>"
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *roles.values()]
    tokenizer = _tokenizer(special, texts, eos="<|im_end|>", pad="<|endoftext|>")
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 4, 4]}
    vision = {
        "depth": ENCODER["num_hidden_layers"], "embed_dim": ENCODER["hidden_size"],
        "num_heads": ENCODER["num_attention_heads"], "hidden_size": LLM["hidden_size"], "patch_size": PATCH,
    }  # fmt: skip
    tokens = {f"{name}_token_id": tokenizer.convert_tokens_to_ids(token) for name, token in roles.items()}
    text = {**LLM, **_ids(tokenizer), "rope_parameters": rope}
    _write_model(folder, "qwen2_vl", tokenizer, vision_config=vision, text_config=text, **tokens)
    size = {"shortest_edge": SIDE**2, "longest_edge": SIDE**2}
    _write_processor(folder, "Qwen2VLProcessor", Qwen2VLImageProcessorPil(patch_size=PATCH, size=size), tokenizer, QWEN)


def _gemma3(folder: Path, texts: Sequence[str]) -> None:
    roles = {"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>", "image_token": "<image_soft_token>"}
    special = ["<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>", *roles.values()]
    tokenizer = _tokenizer(special, texts, bos="<bos>", eos="<end_of_turn>", pad="<pad>", **roles)
    turns = ["sliding_attention", "full_attention"] * (LLM["num_hidden_layers"] // 2)
    text = {**LLM, **_ids(tokenizer), "query_pre_attn_scalar": LLM["head_dim"], "sliding_window": 32}
    vision = {
        "model_type": "siglip_vision_model", "vision_use_head": False, "image_size": SIDE, "patch_size": PATCH,
        **ENCODER,
    }  # fmt: skip
    ids = tokenizer.convert_tokens_to_ids
    _write_model(
        folder, "gemma3", tokenizer, vision_config=vision, text_config={**text, "layer_types": turns},
        mm_tokens_per_image=16, boi_token_index=ids(roles["boi_token"]), eoi_token_index=ids(roles["eoi_token"]),
        image_token_index=ids(roles["image_token"]),
    )  # fmt: skip
    images = Gemma3ImageProcessorPil(size={"height": SIDE, "width": SIDE})
    _write_processor(folder, "Gemma3Processor", images, tokenizer, GEMMA, image_seq_length=16)


FAMILIES: dict[str, Callable[[Path, Sequence[str]], None]] = {"qwen2_vl": _qwen2_vl, "gemma3": _gemma3}


def _tokenizer(
    special: Sequence[str], texts: Sequence[str], *, eos: str, pad: str, bos: str | None = None, **named: str
) -> PreTrainedTokenizerFast:
    """A byte-level BPE in which every word of the texts is one token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=list(special), initial_alphabet=alphabet)
    tokenizer.train_from_iterator([*texts, "user", "assistant", "model"], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=eos, pad_token=pad, bos_token=bos, padding_side="left",
        extra_special_tokens=named,
    )  # fmt: skip


def _ids(tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _write_model(folder: Path, model_type: str, tokenizer: PreTrainedTokenizerFast, **settings: Any) -> None:
    """Every matrix keeps its input's scale: transformers' own start suits widths of thousands."""
    model = AutoModelForImageTextToText.from_config(
        AutoConfig.for_model(model_type, tie_word_embeddings=True, **settings)
    )
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                fan = weight.shape[0] if name.endswith("input_projection_weight") else weight[0].numel()
                weight.normal_(std=0.5 * fan**-0.5)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)


def _write_processor(
    folder: Path, name: str, images: Any, tokenizer: PreTrainedTokenizerFast, template: str, **settings: Any
) -> None:
    """Part by part: the class cannot be built without torchvision where it has a video part."""
    images.save_pretrained(folder)
    file = folder / "preprocessor_config.json"
    saved = json.loads(file.read_text())
    saved["image_processor_type"] = saved["image_processor_type"].removesuffix("Pil")  # as published folders say
    file.write_text(json.dumps(saved))
    tokenizer.save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(template)
    (folder / "processor_config.json").write_text(json.dumps({"processor_class": name, **settings}))
