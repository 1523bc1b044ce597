"""InternVL: an image becomes one tile, or several and a thumbnail."""

from pathlib import Path
from typing import Any

from transformers import GotOcr2ImageProcessorPil

from tests.model.tiny.text import tiny_tokenizer
from tests.model.tiny.write import LLM, TOWER, ids, write_model, write_processor

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<IMG_CONTEXT>\n{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ROLES = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
    "video_token": "<video>",
}


EXPERTS = {"num_experts": 4, "num_local_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24}
LLMS: dict[str, dict[str, Any]] = {
    "qwen2": {},
    "qwen3": {},
    "qwen3_moe": EXPERTS,
    "gpt_oss": {**EXPERTS, "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]},
}
"""The LLMs of InternVL 2.5 and 3, then those of InternVL 3.5, each with settings of its own."""


def write_internvl(folder: Path, llm: str = "qwen2") -> None:
    """Up to four 56 px tiles; a tile's 16 patches are shuffled into 4 tokens."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *ROLES.values()]
    tokenizer = tiny_tokenizer(special, eos="<|im_end|>", pad="<|endoftext|>", **ROLES)
    write_model(
        folder, "internvl", tokenizer, vision_config=TOWER,
        text_config={"model_type": llm, **LLM, **LLMS[llm], **ids(tokenizer)}, image_seq_length=4,
        image_token_id=tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>"),
    )  # fmt: skip
    image_processor = GotOcr2ImageProcessorPil(size={"height": 56, "width": 56}, crop_to_patches=True, max_patches=4)
    write_processor(folder, "InternVLProcessor", image_processor, tokenizer, TEMPLATE, image_seq_length=4)
