"""A tiny random checkpoint of any image-text-to-text model type of transformers, with its own processor class."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoModelForImageTextToText, PreTrainedTokenizerFast
from transformers.models.auto.image_processing_auto import IMAGE_PROCESSOR_MAPPING_NAMES
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING_NAMES

from tests.model.every.small import PATCHES, small
from tests.model.tiny.text import CHATML, tiny_tokenizer
from tests.model.tiny.write import randomise, write_processor

ENDS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
PLAIN_ROLES = ("bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token", "mask_token")


class NotBuiltError(Exception):
    """No checkpoint of a type can be made here."""


@dataclass(frozen=True)
class Own:
    """What a type needs beyond its defaults.

    Attributes:
        config: settings by dotted path; `...` leaves one out, and a token in brackets stands for its id.
        pixels: arguments of the image processor.
        processor: arguments of the processor class.
        named: the processor's class where transformers' own table names none.
        image_processor: its class where the table names none.
        roles: tokens by the role under which the processor asks for them; one that is empty is not known to it.
        image: what stands for the image in the chat template.
        special: further tokens that are never split.
        template: the chat template, `IMAGE` in it for the image; empty where the published checkpoints have none.
        unknown: the token for what the tokenizer does not know, where the processor asks for it.
    """

    config: dict[str, Any] = field(default_factory=dict)
    pixels: dict[str, Any] = field(default_factory=dict)
    processor: dict[str, Any] = field(default_factory=dict)
    named: str = ""
    image_processor: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    image: str = ""
    special: tuple[str, ...] = ()
    template: str = CHATML
    unknown: str = ""


def write_every(model_type: str, own: Own, folder: Path) -> None:
    """Write the checkpoint."""
    name = own.named or _one(PROCESSOR_MAPPING_NAMES.get(model_type))
    source = _source(name)
    roles = {role: f"<{role.removesuffix('_token')}>" for role in _roles(source)} | own.roles
    roles = {role: token for role, token in roles.items() if token}
    quoted = re.findall(r"\"(<[|/\w-]+>)\"", source)
    image = own.image or roles.get("image_token") or _image_token(source)
    special = list(dict.fromkeys([*ENDS, *roles.values(), *quoted, *own.special, image]))
    tokenizer = tiny_tokenizer(special, eos="<|im_end|>", pad="<|endoftext|>", bos="<|im_start|>", **roles)
    if own.unknown:
        tokenizer.unk_token = own.unknown
    ids = _ids(tokenizer, roles, image)
    named = {path: _as_ids(tokenizer, value) for path, value in own.config.items()}
    config = small(model_type, len(tokenizer), ids, named)
    torch.manual_seed(0)
    model = AutoModelForImageTextToText.from_config(config)
    randomise(model)
    if getattr(model, "generation_config", None) is not None:
        model.generation_config.eos_token_id = tokenizer.eos_token_id
        model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    images = _image_processor(own.image_processor or _pil(IMAGE_PROCESSOR_MAPPING_NAMES.get(model_type)), config, own)
    write_processor(folder, name, images, tokenizer, own.template.replace("IMAGE", image), **own.processor)
    if "qformer_tokenizer" in source:
        tokenizer.save_pretrained(folder / "qformer_tokenizer")


def _as_ids(tokenizer: PreTrainedTokenizerFast, value: Any) -> Any:
    """The ids of tokens: of one in brackets, or of all of them in a list or a table."""
    if isinstance(value, list):
        return [_as_ids(tokenizer, each) for each in value]
    if isinstance(value, dict):
        return {name: _as_ids(tokenizer, each) for name, each in value.items()}
    return tokenizer.convert_tokens_to_ids(value) if isinstance(value, str) and value[:1] in ("<", "[", "|") else value


def _one(names: Any) -> str:
    return names[0] if isinstance(names, tuple) else names


def _pil(names: Any) -> str:
    return names.get("pil") or names["torchvision"]


def _source(processor: str) -> str:
    for path in (Path(transformers.__file__).parent / "models").glob("*/processing_*.py"):
        if f"class {processor}(" in (text := path.read_text(encoding="utf-8")):
            return text
    raise LookupError(processor)


def _roles(source: str) -> list[str]:
    asked = re.findall(r"tokenizer\.(\w+_token)\b", source)
    return [role for role in dict.fromkeys(asked) if role not in PLAIN_ROLES]


def _image_token(source: str) -> str:
    found = re.search(r"image_token\b[^\n]*\"(<[^\"]+>)\"", source)
    return found.group(1) if found else "<image>"


def _ids(tokenizer: PreTrainedTokenizerFast, roles: dict[str, str], image: str) -> dict[str, Any]:
    ids = {role: tokenizer.convert_tokens_to_ids(token) for role, token in roles.items()}
    ids["image_token"] = tokenizer.convert_tokens_to_ids(roles.get("image_token", image))
    ends = {f"{role}_token": getattr(tokenizer, f"{role}_token_id") for role in ("bos", "eos", "pad")}
    return ids | ends


def _image_processor(name: str, config: Any, own: Own) -> Any:
    made = getattr(transformers, name)
    vision = getattr(config, "vision_config", None) or config
    patch = getattr(vision, "patch_size", 14)
    patch = patch if isinstance(patch, int) else patch[0]
    side = PATCHES * patch
    given = made().to_dict()
    settings: dict[str, Any] = {}
    if isinstance(given.get("patch_size"), int):
        settings["patch_size"] = patch
    for size in ("size", "crop_size"):
        if given.get(size):
            settings[size] = _smaller(given[size], side, patch)
    return made(**(settings | own.pixels))


def _smaller(size: Any, side: int, patch: int) -> Any:
    if isinstance(size, int):
        return side
    if size.get("height"):
        return {"height": side, "width": side}
    if (size.get("longest_edge") or 0) > 50_000:  # numbers of pixels
        return {"shortest_edge": (6 * patch) ** 2, "longest_edge": (12 * patch) ** 2}
    return {
        name: (2 if name == "longest_edge" and size.get("shortest_edge") else 1) * side
        for name, value in size.items()
        if value
    }
