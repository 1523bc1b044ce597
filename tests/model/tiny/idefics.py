"""Idefics3 and SmolVLM: an image becomes a grid of tiles and its small self."""

from pathlib import Path
from typing import Any

from transformers import Idefics3ImageProcessorPil, SmolVLMImageProcessorPil

from tests.model.tiny.text import tiny_tokenizer
from tests.model.tiny.write import LLM, TOWER, ids, write_model, write_processor

TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}:{% else %}: {% endif %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}<end_of_utterance>\n"
    "{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)
SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<image>", "<global-img>",
    *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
]  # fmt: skip
SPLIT = {"size": {"longest_edge": 112}, "max_image_size": {"longest_edge": 56}, "do_image_splitting": True}


def write_idefics3(folder: Path) -> None:
    """Tiles of 56 px of an image whose long side is 112 px; a tile's 16 patches become 4 tokens."""
    _write(folder, "idefics3", "Idefics3Processor", Idefics3ImageProcessorPil(**SPLIT))


def write_smolvlm(folder: Path) -> None:
    """As Idefics3, in the classes of its smaller successor."""
    _write(folder, "smolvlm", "SmolVLMProcessor", SmolVLMImageProcessorPil(**SPLIT))


def _write(folder: Path, model_type: str, processor: str, image_processor: Any) -> None:
    tokenizer = tiny_tokenizer(SPECIAL, bos="<|im_start|>", eos="<end_of_utterance>", pad="<|endoftext|>")
    write_model(
        folder, model_type, tokenizer, vision_config=TOWER, scale_factor=2,
        text_config={"model_type": "llama", **LLM, **ids(tokenizer)}, pad_token_id=tokenizer.pad_token_id,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    write_processor(folder, processor, image_processor, tokenizer, TEMPLATE, image_seq_len=4)
