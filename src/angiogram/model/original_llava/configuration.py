"""The flat configuration of an original LLaVA as transformers' `LlavaConfig`."""

from typing import Any, Literal

from transformers import AutoConfig, LlavaConfig

from angiogram.errors import InputError, unknown

# the layout's model_type -> transformers' model_type of the LLM inside
LLMS = {
    "llava": "llama",
    "llava_llama": "llama",
    "llava_mistral": "mistral",
    "llava_qwen": "qwen2",
    "llava_qwen2": "qwen2",
}
# What transformers' LLaVA can do. `linear` is what the original code takes an absent projector type for.
ASSUMED = {"mm_projector_type": "linear", "mm_vision_select_feature": "patch", "mm_patch_merge_type": "flat"}
SUPPORTED: dict[str, tuple[Any, ...]] = {
    "mm_projector_type": ("mlp2x_gelu",),
    "mm_vision_select_feature": ("patch", "cls_patch"),
    "image_aspect_ratio": (None, "pad", "square"),
    "mm_patch_merge_type": ("flat",),
    "mm_use_im_start_end": (None, False),
    "mm_resampler_type": (None,),
}
STRATEGY: dict[str, Literal["default", "full"]] = {"patch": "default", "cls_patch": "full"}  # transformers' word for it
NOT_THE_LLMS = ("model_type", "architectures", "transformers_version", "_name_or_path")


def is_original_llava(config: dict[str, Any]) -> bool:
    """Whether the content of a `config.json` is in the original layout; transformers' own LLaVA has a `text_config`.

    >>> is_original_llava({"model_type": "llava_mistral", "mm_vision_tower": "openai/clip-vit-large-patch14-336"})
    True
    >>> is_original_llava({"model_type": "llava", "text_config": {}, "vision_config": {}})
    False
    """
    named = str(config.get("model_type", "")).startswith("llava")
    return named and "mm_vision_tower" in config and "text_config" not in config


def llava_config(config: dict[str, Any], tower: Any) -> LlavaConfig:
    """The same model for transformers; the image token is the first id after the LLM's vocabulary.

    Args:
        config: the content of the original `config.json`.
        tower: the `CLIPVisionConfig` of the encoder that `mm_vision_tower` names.

    Raises:
        InputError: the LLM's family is not known here, or a field asks for what transformers' LLaVA does not do.
    """
    kind = str(config["model_type"])
    if kind not in LLMS:
        raise unknown("LLM of an original LLaVA", kind, LLMS)
    for field, allowed in SUPPORTED.items():
        value = config.get(field, ASSUMED.get(field))
        if value not in allowed:
            choices = ", ".join(repr(choice) for choice in allowed if choice is not None) or "none"
            raise InputError(f"The original LLaVA's '{field}' is {value!r}; supported: {choices}.")
    known = AutoConfig.for_model(LLMS[kind]).to_dict().keys() | {"rope_theta", "rope_scaling"}
    llm = {key: value for key, value in config.items() if key in known and key not in NOT_THE_LLMS}
    strategy = STRATEGY[config.get("mm_vision_select_feature", "patch")]
    patches = (tower.image_size // tower.patch_size) ** 2
    return LlavaConfig(
        vision_config=tower,
        text_config=AutoConfig.for_model(LLMS[kind], **llm),
        image_token_index=config["vocab_size"],
        image_seq_length=patches + (strategy == "full"),
        vision_feature_layer=config.get("mm_vision_select_layer", -2),
        vision_feature_select_strategy=strategy,
        dtype=config.get("torch_dtype", config.get("dtype")),
    )
