"""A model type's own default configuration with every dimension cut down, for random models that take no time."""

import re
from collections.abc import Mapping
from typing import Any

from transformers import PreTrainedConfig
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

DEPTH, PATCHES = 3, 4
# What a field's name says of its size; the first that fits counts.
SIZES = (
    (r"^num_(key_value_heads|key_value_groups|kv_heads)$|^num_kv_heads$|^kv_heads$|_kv_heads$|key_value_heads$", 1),
    (r"(attention_heads|num_heads|n_heads|_heads)$", 2),
    (r"(hidden_layers|num_layers|^depth|_depth|encoder_layers|decoder_layers|n_layers|num_block|_layers)$", DEPTH),
    (r"(moe_|expert)\w*(intermediate_size|dim)$", 24),
    (r"(intermediate_size|ffn_dim|mlp_dim|d_ff|intermediate_dim|ffn_size|intermediate_channels)$", 48),
    (r"(num_experts|n_routed_experts|num_local_experts|moe_num_experts|n_experts)$", 4),
    (r"(num_experts_per_tok|num_experts_per_token|moe_k|top_k_experts|moe_top_k)$", 2),
    (r"(n_group|topk_group)$", 1),
    (r"(head_dim|d_kv|head_size)$", 16),
    (r"(hidden_size|embed_dim|d_model|hidden_dim|projection_dim|n_embd|out_hidden_size|output_dim|word_embed_proj_dim)$",
     32),
    (r"(output_channels|embed_size|text_hidden_size|vision_output_dim|encoder_hidden_size|model_dim|width)$", 32),
    (r"max_position_embeddings$", 2048),
    (r"^sliding_window$", 64),
)  # fmt: skip


def small(model_type: str, vocabulary: int, ids: Mapping[str, int], own: Mapping[str, Any]) -> PreTrainedConfig:
    """The small configuration.

    Args:
        model_type: transformers' name.
        vocabulary: tokens that the tokenizer knows.
        ids: special tokens' ids by their role, e.g. `image_token`; they replace `ROLE_id` and `ROLE_index`.
        own: what this type needs otherwise, by dotted path, e.g. `vision_config.depth`; a value of `...` leaves it out.
    """
    settings = CONFIG_MAPPING[model_type]().to_dict()
    for name in ("id2label", "label2id"):
        settings.pop(name, None)
    _shrink(settings, vocabulary, ids)
    for path, value in own.items():
        *parents, name = path.split(".")
        inner = settings
        for parent in parents:
            inner = inner.setdefault(parent, {})
        if value is ...:
            inner.pop(name, None)
        else:
            inner[name] = value
    settings.pop("model_type", None)
    return CONFIG_MAPPING[model_type](**settings)


def _shrink(settings: dict[str, Any], vocabulary: int, ids: Mapping[str, int]) -> None:
    depth = next((settings[n] for n in ("num_hidden_layers", "depth") if isinstance(settings.get(n), int)), None)
    settings.pop("per_layer_config", None)  # made anew from the kinds of blocks
    for name, value in settings.items():
        if not isinstance(name, str):
            continue
        if isinstance(value, dict) and name not in ("id2label", "label2id"):
            _shrink(value, vocabulary, ids)
        elif isinstance(value, list) and depth is not None and len(value) == depth > DEPTH:
            settings[name] = _every_kind(value)
        elif isinstance(value, bool) or not isinstance(value, int):
            role = re.sub(r"_(id|index)$", "", name)
            if value is None and role in ids and role != name:
                settings[name] = ids[role]
        elif name.endswith(("_token_id", "_token_index")):
            settings[name] = ids.get(re.sub(r"_(id|index)$", "", name), 0)
        elif name.endswith("vocab_size"):
            settings[name] = vocabulary
        else:
            settings[name] = next((min(size, value) for fits, size in SIZES if re.search(fits, name)), value)
    if isinstance(patch := settings.get("patch_size"), int) and isinstance(settings.get("image_size"), int):
        settings["image_size"] = PATCHES * patch
    if isinstance(rope := settings.get("rope_parameters"), dict):
        part = rope.get("partial_rotary_factor") or 1.0
        settings["head_dim"] = int(16 / part)
        if "mrope_section" in rope:
            rope["mrope_section"] = [4, 2, 2]


def _every_kind(values: list[Any]) -> list[Any]:
    """As many as the blocks that are left, with every kind that the whole list holds."""
    kinds = list(dict.fromkeys(map(str, values)))
    kept = [next(value for value in values if str(value) == kind) for kind in kinds[:DEPTH]]
    return [*kept, *(kept[-1:] * (DEPTH - len(kept)))]
