"""An adapter's weights under the names that its base has today."""

from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor
from transformers.conversion_mapping import get_model_conversion_mapping
from transformers.core_model_loading import WeightRenaming, rename_source_key

PREFIX = "base_model.model."  # what PEFT puts before the name of a module
LORA = ".lora_"


def todays_names(model: Any, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights, those of modules that the model does not have renamed as transformers renames the base's own.

    transformers moved modules between versions (`model.layers.0` of Qwen2.5-VL became
    `model.language_model.layers.0`). It renames the weights of a base when it reads them; an adapter that was trained
    before a move is renamed in the same way here. What no renaming brings to a module of the model stays as it is.

    Args:
        model: the base.
        weights: as the adapter's file names them.
    """
    there = {name for name, _ in model.named_modules()}
    renamings = [entry for entry in get_model_conversion_mapping(model) if isinstance(entry, WeightRenaming)]
    renamed: dict[str, Tensor] = {}
    for name, weight in weights.items():
        key = name.removeprefix(PREFIX)
        if module_of(key) not in there:
            moved, _ = rename_source_key(key, renamings, [])
            key = moved if module_of(moved) in there else key
        renamed[PREFIX + key] = weight
    return renamed


def module_of(key: str) -> str:
    """The module that a weight of an adapter belongs to.

    >>> module_of("model.layers.0.self_attn.q_proj.lora_A.weight"), module_of("lm_head.weight")
    ('model.layers.0.self_attn.q_proj', 'lm_head')
    """
    return key.partition(LORA)[0] if LORA in key else key.rpartition(".")[0]


def lora_modules(weights: Iterable[str]) -> list[str]:
    """The modules that have a LoRA among the weights, in order."""
    return sorted({module_of(name.removeprefix(PREFIX)) for name in weights if LORA in name})
