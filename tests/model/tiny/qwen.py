"""Qwen2-VL, Qwen2.5-VL and Qwen3-VL: images of any shape on one flat patch axis."""

from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerFast, Qwen2VLImageProcessorPil

from tests.model.tiny.text import tiny_tokenizer
from tests.model.tiny.write import LLM, ids, write_model, write_processor

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>",
]  # fmt: skip
BLOCKS = {"depth": 3, "hidden_size": 32, "intermediate_size": 48, "num_heads": 2, "out_hidden_size": 32}


def write_qwen2_vl(folder: Path) -> None:
    """At least 9 image tokens (84 x 84 px); four 14 px patches make one."""
    _write(folder, "qwen2_vl", "Qwen2VLProcessor", {"depth": 3, "embed_dim": 32, "num_heads": 2, "hidden_size": 32})


def write_qwen2_5_vl(folder: Path) -> None:
    """Windows of 2 x 2 image tokens in all blocks but the second, so that the blocks' order is not the image's."""
    vision = {**BLOCKS, "patch_size": 14, "window_size": 56, "fullatt_block_indexes": [1]}
    _write(folder, "qwen2_5_vl", "Qwen2_5_VLProcessor", vision)


def write_qwen3_vl(folder: Path) -> None:
    """The first two encoder blocks also feed the first two LLM blocks."""
    vision = {**BLOCKS, "patch_size": 16, "num_position_embeddings": 16, "deepstack_visual_indexes": [0, 1]}
    _write(folder, "qwen3_vl", "Qwen3VLProcessor", vision)


def _write(folder: Path, model_type: str, processor: str, vision: dict[str, Any]) -> None:
    tokenizer = tiny_tokenizer(SPECIAL, eos="<|im_end|>", pad="<|endoftext|>")
    thirds = [4, 2, 2] if model_type == "qwen3_vl" else [2, 3, 3]
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": thirds}
    write_model(
        folder, model_type, tokenizer, vision_config=vision,
        text_config={**LLM, **ids(tokenizer), "rope_parameters": rope}, **_token_ids(tokenizer),
    )  # fmt: skip
    patch = vision.get("patch_size", 14)
    image_processor = Qwen2VLImageProcessorPil(
        patch_size=patch, size={"shortest_edge": (6 * patch) ** 2, "longest_edge": (12 * patch) ** 2}
    )
    write_processor(folder, processor, image_processor, tokenizer, TEMPLATE)


def _token_ids(tokenizer: PreTrainedTokenizerFast) -> dict[str, int]:
    tokens = {"image": "<|image_pad|>", "video": "<|video_pad|>"} | {
        f"vision_{end}": f"<|vision_{end}|>" for end in ("start", "end")
    }
    return {f"{name}_token_id": tokenizer.convert_tokens_to_ids(token) for name, token in tokens.items()}
