"""Where each model family keeps its parts: one small file of data a family, imported when it is asked for."""

from importlib import import_module

from angiogram.errors import unknown
from angiogram.model.families.family import Family

# transformers' model_type -> module in this folder
REGISTRY = {
    "angiogram": "assembled",
    "gemma3": "gemma3",
    "idefics3": "idefics3",
    "internvl": "internvl",
    "llava": "llava",
    "llava_next": "llava_next",
    "llava_onevision": "llava_onevision",
    "mistral3": "mistral3",
    "mllama": "mllama",
    "paligemma": "paligemma",
    "qwen2_5_vl": "qwen2_5_vl",
    "qwen2_vl": "qwen2_vl",
    "qwen3_vl": "qwen3_vl",
    "smolvlm": "smolvlm",
}


def family_of(model_type: str) -> Family:
    """The family of a transformers `model_type`.

    Raises:
        InputError: the type is not registered; the message names the nearest one.
    """
    if model_type not in REGISTRY:
        raise unknown("model family", model_type, REGISTRY)
    return import_module(f"angiogram.model.families.{REGISTRY[model_type]}").FAMILY


__all__ = ["REGISTRY", "Family", "family_of"]
