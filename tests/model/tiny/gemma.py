"""Gemma3 and PaliGemma: a SigLIP tower before a Gemma."""

from pathlib import Path

from transformers import Gemma3ImageProcessorPil, SiglipImageProcessorPil

from tests.model.tiny.text import tiny_tokenizer
from tests.model.tiny.write import LLM, TOWER, ids, write_model, write_processor

GEMMA3 = (
    "{{ bos_token }}{% for message in messages %}"
    "<start_of_turn>{{ 'model' if message['role'] == 'assistant' else message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<start_of_image>{% else %}{{ part['text'] | trim }}{% endif %}"
    "{% endfor %}{% endif %}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
# PaliGemma was published without one: images first, then the task; the processor adds <bos> and a line's end.
PALIGEMMA = (
    "{% for message in messages %}{% for part in message['content'] if part['type'] == 'image' %}<image>{% endfor %}"
    "{% for part in message['content'] if part['type'] == 'text' %}{{ part['text'] }}{% endfor %}{% endfor %}"
)
SIGLIP = {"model_type": "siglip_vision_model", "vision_use_head": False, **TOWER}
SQUARE = {"height": 56, "width": 56}


def write_gemma3(folder: Path) -> None:
    """16 patches are averaged to 4 tokens; sliding and full attention take turns."""
    roles = {"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>", "image_token": "<image_soft_token>"}
    special = ["<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>", *roles.values()]
    tokenizer = tiny_tokenizer(special, bos="<bos>", eos="<end_of_turn>", pad="<pad>", **roles)
    text = {
        **LLM, **ids(tokenizer), "num_hidden_layers": 4, "query_pre_attn_scalar": 16, "sliding_window": 8,
        "layer_types": ["sliding_attention", "full_attention"] * 2,
    }  # fmt: skip
    write_model(
        folder, "gemma3", tokenizer, vision_config=SIGLIP, text_config=text, mm_tokens_per_image=4,
        boi_token_index=tokenizer.convert_tokens_to_ids(roles["boi_token"]),
        eoi_token_index=tokenizer.convert_tokens_to_ids(roles["eoi_token"]),
        image_token_index=tokenizer.convert_tokens_to_ids(roles["image_token"]),
    )  # fmt: skip
    image_processor = Gemma3ImageProcessorPil(size=SQUARE)
    write_processor(folder, "Gemma3Processor", image_processor, tokenizer, GEMMA3, image_seq_length=4)


def write_paligemma(folder: Path) -> None:
    """16 patches are 16 tokens; image and question see each other both ways."""
    places = [f"<loc{i:04}>" for i in range(1024)] + [f"<seg{i:03}>" for i in range(128)]
    tokenizer = tiny_tokenizer(
        ["<pad>", "<eos>", "<bos>", "<image>"], bos="<bos>", eos="<eos>", pad="<pad>", image_token="<image>"
    )
    tokenizer.add_tokens(places)  # the processor adds them, too
    write_model(
        folder, "paligemma", tokenizer, vision_config=SIGLIP,
        text_config={"model_type": "gemma", **LLM, **ids(tokenizer)},
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"), projection_dim=32, hidden_size=32,
        vocab_size=len(tokenizer),
    )  # fmt: skip
    image_processor = SiglipImageProcessorPil(size=SQUARE, image_seq_length=16)
    write_processor(folder, "PaliGemmaProcessor", image_processor, tokenizer, PALIGEMMA)
