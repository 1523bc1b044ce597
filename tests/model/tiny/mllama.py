"""Mllama (Llama 3.2 Vision): the LLM looks at the tiles through cross-attention and has one image token a picture."""

from pathlib import Path

from transformers import MllamaImageProcessorPil

from tests.model.tiny.text import tiny_tokenizer
from tests.model.tiny.write import LLM, TOWER, ids, write_model, write_processor

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message['role'] }}<|end_header_id|>\n\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|image|>{% else %}{{ part['text'] | trim }}{% endif %}"
    "{% endfor %}{% endif %}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
SPECIAL = [
    "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|finetune_right_pad_id|>",
    "<|python_tag|>",
]  # fmt: skip


def write_mllama(folder: Path) -> None:
    """Up to four 56 px tiles; the second and the fourth of the LLM's blocks look at them."""
    tokenizer = tiny_tokenizer(SPECIAL, bos="<|begin_of_text|>", eos="<|eot_id|>", pad="<|finetune_right_pad_id|>")
    words = ids(tokenizer)
    tokenizer.add_tokens(["<|image|>"], special_tokens=True)  # as published: its id is just beyond the LLM's vocabulary
    vision = {
        **TOWER, "attention_heads": 2, "num_global_layers": 1, "intermediate_layers_indices": [0, 1],
        "vision_output_dim": 96,
    }  # fmt: skip
    text = {**LLM, **words, "num_hidden_layers": 4, "cross_attention_layers": [1, 3]}
    write_model(
        folder, "mllama", tokenizer, vision_config=vision, text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids("<|image|>"),
    )  # fmt: skip
    image_processor = MllamaImageProcessorPil(size={"height": 56, "width": 56}, max_image_tiles=4)
    write_processor(folder, "MllamaProcessor", image_processor, tokenizer, TEMPLATE)
