"""LLaVA with a CLIP tower, LLaVA-Next with tiles, LLaVA-OneVision with SigLIP and Qwen2."""

from pathlib import Path

from transformers import CLIPImageProcessorPil, LlavaNextImageProcessorPil, LlavaOnevisionImageProcessorPil

from tests.model.tiny.text import tiny_tokenizer
from tests.model.tiny.write import LLM, TOWER, ids, write_model, write_processor

VICUNA = (
    "{% for message in messages %}{{ message['role'].upper() }}: "
    "{% for part in message['content'] if part['type'] == 'image' %}<image>\n{% endfor %}"
    "{% for part in message['content'] if part['type'] == 'text' %}{{ part['text'] }}{% endfor %}"
    "{% if message['role'] == 'assistant' %}</s>{% else %} {% endif %}{% endfor %}"
    "{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }} "
    "{% for part in message['content'] if part['type'] == 'image' %}<image>\n{% endfor %}"
    "{% for part in message['content'] if part['type'] == 'text' %}\n{{ part['text'] }}{% endfor %}"
    "<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SHORT, SQUARE = {"shortest_edge": 56}, {"height": 56, "width": 56}
TILES = [[56, 112], [112, 56], [112, 112], [168, 56]]
CLIP = {"model_type": "clip_vision_model", "projection_dim": 16, **TOWER}
PATCHES = {"patch_size": 14, "num_additional_image_tokens": 1, "vision_feature_select_strategy": "default"}


def write_llava(folder: Path) -> None:
    """16 patches of one 56 px crop; the connector reads the block before the last."""
    tokenizer = tiny_tokenizer(["<pad>", "<s>", "</s>", "<image>"], bos="<s>", eos="</s>", pad="<pad>")
    write_model(
        folder, "llava", tokenizer, vision_config=CLIP, text_config={"model_type": "llama", **LLM, **ids(tokenizer)},
        vision_feature_layer=-2, vision_feature_select_strategy="default", image_seq_length=16,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    write_processor(
        folder, "LlavaProcessor", CLIPImageProcessorPil(size=SHORT, crop_size=SQUARE), tokenizer, VICUNA, **PATCHES
    )


def write_llava_next(folder: Path) -> None:
    """The whole image and two to four tiles of 56 px, according to its shape."""
    tokenizer = tiny_tokenizer(["<pad>", "<s>", "</s>", "<image>"], bos="<s>", eos="</s>", pad="<pad>")
    write_model(
        folder, "llava_next", tokenizer, vision_config=CLIP,
        text_config={"model_type": "mistral", **LLM, **ids(tokenizer)}, vision_feature_layer=-2,
        vision_feature_select_strategy="default", image_grid_pinpoints=TILES, image_seq_length=16,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    image_processor = LlavaNextImageProcessorPil(size=SHORT, crop_size=SQUARE, image_grid_pinpoints=TILES)
    write_processor(folder, "LlavaNextProcessor", image_processor, tokenizer, VICUNA, **PATCHES)


def write_llava_onevision(folder: Path) -> None:
    """As LLaVA-Next, but from the last block of a tower without a class token."""
    tokenizer = tiny_tokenizer(
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"], eos="<|im_end|>", pad="<|endoftext|>"
    )
    write_model(
        folder, "llava_onevision", tokenizer,
        vision_config={"model_type": "siglip_vision_model", "vision_use_head": False, **TOWER},
        text_config={"model_type": "qwen2", **LLM, **ids(tokenizer)}, image_grid_pinpoints=TILES,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
    )  # fmt: skip
    write_processor(
        folder, "LlavaOnevisionProcessor",
        LlavaOnevisionImageProcessorPil(size=SQUARE, image_grid_pinpoints=TILES), tokenizer, CHATML,
        num_image_tokens=16, vision_feature_select_strategy="full",
    )  # fmt: skip
