"""Text and pictures into the inputs of a LLaVA, as its original code made them."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer, LlavaImageProcessorPil, LlavaProcessor, PreTrainedConfig

from angiogram.errors import InputError
from angiogram.model.original_llava.conversation import chat_template

IMAGE_TOKEN = "<image>"


def make_processor(folder: Path, tower: str, name: str, original: dict[str, Any], config: Any) -> Any:
    """The `LlavaProcessor` of a checkpoint; `<image>` is one token of its tokenizer, added where it was missing.

    Pictures are padded to a square of CLIP's mean colour where `image_aspect_ratio` says so, else their middle is cut
    out. The original `tokenizer_image_token` reads the text before and after the image as two texts; so does this one
    with a Llama tokenizer whose `tokenizer_config.json` says `legacy`, as one of LLaVA's time does.

    Args:
        folder: holds the tokenizer.
        tower: folder or hub id that holds the picture preprocessing.
        name: tells the conversation style, see `chat_template`.
        original: the content of the original `config.json`.
        config: the `LlavaConfig` made from it.

    Raises:
        InputError: the tokenizer is SentencePiece's and that package is not installed.
        OSError, ValueError: a file is missing or damaged.
    """
    return LlavaProcessor(
        LlavaImageProcessorPil.from_pretrained(tower, do_pad=original.get("image_aspect_ratio") == "pad"),
        _tokenizer(folder),
        patch_size=config.vision_config.patch_size,
        vision_feature_select_strategy=config.vision_feature_select_strategy,
        chat_template=chat_template(str(original["model_type"]), f"{name} {original.get('_name_or_path', '')}"),
        image_token=IMAGE_TOKEN,
        num_additional_image_tokens=1,  # CLIP's class token; the processor takes it off again where it is dropped
    )


def _tokenizer(folder: Path) -> Any:
    alone = (folder / "tokenizer.model").is_file() and not (folder / "tokenizer.json").is_file()
    if alone and find_spec("sentencepiece") is None:
        raise InputError(f"The tokenizer of '{folder}' needs the package sentencepiece: 'pip install sentencepiece'.")
    # tokenizer_config.json names the class; the model's type, which transformers does not know, is kept from it.
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, config=PreTrainedConfig(), trust_remote_code=False)
    if IMAGE_TOKEN not in tokenizer.get_vocab():
        tokenizer.add_special_tokens({"additional_special_tokens": [IMAGE_TOKEN]})
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer
