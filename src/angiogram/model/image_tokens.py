"""What a processor counts an image's tokens by, as the model's configuration has it."""

import math
from collections.abc import Callable
from typing import Any

from angiogram.model.layouts.tokens import LEADING

STRATEGY, PATCH, LEADING_TOKENS = "vision_feature_select_strategy", "patch_size", "num_additional_image_tokens"
A_TILE = ("image_seq_length", "image_seq_len", "num_image_tokens", "num_query_tokens")
FIELDS = (*A_TILE, STRATEGY, PATCH, LEADING_TOKENS, "vision_aspect_ratio", "spatial_merge_size", "pooling_ratio")


SIZES = ("max_image_size", "crop_size", "size")  # of an image processor; the first that there is, is a tile's


def _patches(config: Any) -> int:
    """Patches of one square tile."""
    vision = config.vision_config
    sides, patch = _pair(vision.image_size), _pair(vision.patch_size)
    return math.prod(side // length for side, length in zip(sides, patch, strict=True))


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def _shuffled(config: Any) -> int:
    return round(_patches(config) * config.downsample_ratio**2)


def _merged(config: Any) -> int:
    return _patches(config) // config.scale_factor**2


# Tokens of one tile, by the configuration's model_type.
TOKENS: dict[str, Callable[[Any], int]] = {
    "blip-2": lambda config: config.num_query_tokens,
    "deepseek_vl": _patches,
    "gemma3": lambda config: config.mm_tokens_per_image,
    "gemma3n": lambda config: config.vision_soft_tokens_per_image,
    "idefics2": lambda config: config.perceiver_config.resampler_n_latents,
    "idefics3": _merged,
    "instructblip": lambda config: config.num_query_tokens,
    "internvl": _shuffled,
    "janus": _patches,
    "kosmos-2.5": lambda config: config.latent_query_num,
    "llava_onevision": _patches,
    "paligemma": _patches,
    "qianfan_ocr": _shuffled,
    "smolvlm": _merged,
}


def counted(config: Any, processor: Any) -> dict[str, Any]:
    """The processor's fields that the model's configuration decides, with what it says."""
    vision = getattr(config, "vision_config", None)
    said: dict[str, Any] = {}
    if hasattr(processor, STRATEGY):
        # ViP-LLaVA has no such setting: it always drops the class token.
        always = "default" if config.model_type == "vipllava" else None
        said[STRATEGY] = getattr(config, STRATEGY, None) or always
        said["vision_aspect_ratio"] = getattr(config, "vision_aspect_ratio", None)
        if hasattr(processor, PATCH):
            said[PATCH] = getattr(vision, PATCH, None)
            # A model that reads the class token, too, is not known to have none: only known encoders are counted.
            said[LEADING_TOKENS] = LEADING.get(getattr(vision, "model_type", ""))
    elif type(processor).__name__ == "PixtralProcessor":
        said = {name: getattr(part, name, None) for name, part in ((PATCH, vision), ("spatial_merge_size", config))}
    if config.model_type in TOKENS and _whole_tiles(config, processor):
        said |= dict.fromkeys(A_TILE, TOKENS[config.model_type](config))
    return {field: value for field, value in said.items() if value is not None and hasattr(processor, field)}


def _whole_tiles(config: Any, processor: Any) -> bool:
    """Whether tiles are as large as the encoder's pictures; some encoders take other sizes, and make fewer tokens."""
    pictures = getattr(processor, "image_processor", None)
    size = next((found for name in SIZES if (found := getattr(pictures, name, None))), {})
    side = next((size[name] for name in ("height", "longest_edge", "shortest_edge") if size.get(name)), None)
    encoder = getattr(config.vision_config, "image_size", None)
    return side is None or encoder is None or side == _pair(encoder)[0]


def rewrite_sequence(processor: Any, before: int, now: int) -> None:
    """Let a processor of Gemma's kind, which keeps an image's tokens written out, write out as many as `now`."""
    written, token = getattr(processor, "full_image_sequence", None), getattr(processor.tokenizer, "image_token", None)
    if isinstance(written, str) and isinstance(token, str):
        processor.full_image_sequence = written.replace(token * before, token * now)


def fields_said(processor: Any) -> str:
    """What the processor counts by, for a sentence about a wrong count; "" where it has no such field.

    >>> from types import SimpleNamespace
    >>> fields_said(SimpleNamespace(image_seq_length=256, patch_size=None))
    'image_seq_length: 256, patch_size: none'
    """
    found = {field: getattr(processor, field) for field in FIELDS if hasattr(processor, field)}
    return ", ".join(f"{field}: {'none' if value is None else value}" for field, value in found.items())
