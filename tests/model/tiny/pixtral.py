"""Pixtral (a LLaVA with its own tower) and Mistral3: every image keeps its shape, and the text marks its rows."""

from pathlib import Path
from typing import Any

from transformers import PixtralImageProcessorPil, PreTrainedTokenizerFast

from tests.model.tiny.text import tiny_tokenizer
from tests.model.tiny.write import LLM, TOWER, ids, write_model, write_processor

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}[INST]"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}[IMG]{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}[/INST]"
    "{% else %}{{ message['content'][0]['text'] }}{{ eos_token }}{% endif %}{% endfor %}"
)
SPECIAL = ["<pad>", "<s>", "</s>", "[INST]", "[/INST]", "[IMG]", "[IMG_BREAK]", "[IMG_END]"]


def write_pixtral(folder: Path) -> None:
    """One token for each 14 px patch of an image whose long side is at most 112 px."""
    tokenizer = _tokenizer()
    _write_model(folder, "llava", tokenizer, vision_feature_select_strategy="full")
    _write_processor(folder, tokenizer, spatial_merge_size=1)


def write_mistral3(folder: Path) -> None:
    """Four patches are merged to one token."""
    tokenizer = _tokenizer()
    _write_model(folder, "mistral3", tokenizer, spatial_merge_size=2)
    _write_processor(folder, tokenizer, spatial_merge_size=2)


def _tokenizer() -> PreTrainedTokenizerFast:
    return tiny_tokenizer(SPECIAL, bos="<s>", eos="</s>", pad="<pad>")


def _write_model(folder: Path, model_type: str, tokenizer: PreTrainedTokenizerFast, **settings: Any) -> None:
    write_model(
        folder, model_type, tokenizer, vision_config={"model_type": "pixtral", **TOWER, "image_size": 112},
        text_config={"model_type": "mistral", **LLM, **ids(tokenizer)}, vision_feature_layer=-1,
        image_token_index=tokenizer.convert_tokens_to_ids("[IMG]"), **settings,
    )  # fmt: skip


def _write_processor(folder: Path, tokenizer: PreTrainedTokenizerFast, spatial_merge_size: int) -> None:
    image_processor = PixtralImageProcessorPil(size={"longest_edge": 112}, patch_size={"height": 14, "width": 14})
    write_processor(
        folder, "PixtralProcessor", image_processor, tokenizer, TEMPLATE,
        patch_size=14, spatial_merge_size=spatial_merge_size,
    )  # fmt: skip
