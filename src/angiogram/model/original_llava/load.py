"""An original LLaVA's folder or hub id as a model and a processor that are ready to run."""

import json
from pathlib import Path
from typing import Any

from huggingface_hub import snapshot_download
from transformers import CLIPVisionConfig, LlavaConfig

from angiogram.errors import InputError
from angiogram.model.original_llava.configuration import is_original_llava, llava_config
from angiogram.model.original_llava.processor import make_processor
from angiogram.model.original_llava.weights import add_image_token, load_weights
from angiogram.model.unreadable import UNREADABLE, reason

NEEDED = ["*.json", "*.safetensors", "*.model", "*.txt"]  # of a hub repository; pickles stay where they are


def load_original_llava(source: str, **placed: Any) -> tuple[Any, Any]:
    """Load a `LlavaForConditionalGeneration` in evaluation mode and its `LlavaProcessor`.

    The processor pads to a square where the model was trained so (`image_aspect_ratio`), its chat template is the
    model's own style, and `<image>` is one token, added where the tokenizer lacks it.

    Args:
        source: a folder or a hub id whose `config.json` satisfies `is_original_llava`.
        placed: device and precision, as `from_pretrained` takes them.

    Raises:
        InputError: the checkpoint is not there, is damaged, keeps its weights in pickles, has keys missing or left
            over, or asks for what transformers' LLaVA does not do.
    """
    try:
        folder = _folder(source, NEEDED)
        original = _original(folder)
        tower = _tower(folder, original)
        config = llava_config(original, CLIPVisionConfig.from_pretrained(tower))
        model = load_weights(folder, tower, config, **placed).eval()
        processor = make_processor(folder, tower, Path(source).name, original, config)
    except UNREADABLE as error:
        raise InputError(f"The model '{source}' cannot be loaded: {reason(error)}.") from error
    add_image_token(model, processor.image_token_id)
    if not Path(source).is_dir():
        model.config._commit_hash = folder.name
    return model, processor


def original_llava_config(source: str) -> LlavaConfig:
    """The configuration alone, without any weights; arguments and errors as of `load_original_llava`."""
    try:
        folder = _folder(source, ["*.json"])
        original = _original(folder)
        return llava_config(original, CLIPVisionConfig.from_pretrained(_tower(folder, original)))
    except UNREADABLE as error:
        raise InputError(f"The model '{source}' cannot be loaded: {reason(error)}.") from error


def _folder(source: str, needed: list[str]) -> Path:
    return Path(source) if Path(source).is_dir() else Path(snapshot_download(source, allow_patterns=needed))


def _original(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not is_original_llava(config):
        raise InputError(f"'{folder / 'config.json'}' is not of an original LLaVA: it names no 'mm_vision_tower'.")
    return config


def _tower(folder: Path, original: dict[str, Any]) -> str:
    """Where the encoder's configuration is: below the checkpoint, elsewhere on this machine, or on the hub."""
    named = str(original["mm_vision_tower"])
    if (folder / named / "config.json").is_file():  # an absolute path stays itself
        return str(folder / named)
    if named.startswith((".", "/")) or named.count("/") != 1:
        raise InputError(f"The vision tower '{named}' that 'mm_vision_tower' names is not in '{folder}'.")
    return named
