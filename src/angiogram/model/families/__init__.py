"""Where each model family keeps its parts: one small file of data a family, imported when it is asked for."""

from angiogram.model.families.family import Family
from angiogram.registry import registered

# transformers' model_type -> "module:attribute"
REGISTRY = {
    "angiogram": "angiogram.model.families.assembled:FAMILY",
    "gemma3": "angiogram.model.families.gemma3:FAMILY",
    "idefics3": "angiogram.model.families.idefics3:FAMILY",
    "internvl": "angiogram.model.families.internvl:FAMILY",
    "llava": "angiogram.model.families.llava:FAMILY",
    "llava_next": "angiogram.model.families.llava_next:FAMILY",
    "llava_onevision": "angiogram.model.families.llava_onevision:FAMILY",
    "mistral3": "angiogram.model.families.mistral3:FAMILY",
    "mllama": "angiogram.model.families.mllama:FAMILY",
    "paligemma": "angiogram.model.families.paligemma:FAMILY",
    "qwen2_5_vl": "angiogram.model.families.qwen2_5_vl:FAMILY",
    "qwen2_vl": "angiogram.model.families.qwen2_vl:FAMILY",
    "qwen3_vl": "angiogram.model.families.qwen3_vl:FAMILY",
    "smolvlm": "angiogram.model.families.smolvlm:FAMILY",
}


def family_of(model_type: str) -> Family:
    """The family of a transformers `model_type`.

    Raises:
        InputError: the type is not registered; the message names the nearest one.
    """
    return registered("model family", model_type, REGISTRY)


__all__ = ["REGISTRY", "Family", "family_of"]
