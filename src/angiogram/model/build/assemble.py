"""A model out of named parts: a vision model and a causal LLM as published, a fresh connector between them.

The vision model is one of pictures, which may be run on each slice of a volume, or a `VolumeVit`, of which a
configuration will do: then it starts with weights drawn at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from angiogram.errors import InputError, reason_of
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.connectors.connector import DEFAULT
from angiogram.model.build.encoder import Tokens
from angiogram.model.build.modeling import AngiogramForConditionalGeneration
from angiogram.model.build.processing import CHAT_TEMPLATE, AngiogramProcessor
from angiogram.model.build.vision_part import check_tower, vision_part
from angiogram.model.build.volume_vit import VolumeVitConfig
from angiogram.model.prompt import UNPREPARED


@dataclass(frozen=True)
class Parts:
    """What is assembled.

    Attributes:
        vision: folder or hub id of a vision model of transformers (CLIP, SigLIP, DINOv2, ViT), or of a model with one,
            or of a `VolumeVit`; or the configuration of a fresh `VolumeVit`.
        text: folder or hub id of a causal LLM, or of a model from parts, whose LLM is taken.
        image_size: side of the square input in pixels; None for the vision model's own.
        slices: of the volumes that the model takes; None for the `VolumeVit`'s own, and of other encoders for pictures.
        vision_layer, vision_tokens, connector, tasks: see `AngiogramConfig`.
        seed: of fresh weights.
    """

    vision: str | VolumeVitConfig
    text: str
    image_size: int | None = None
    slices: int | None = None
    vision_layer: int | None = None
    vision_tokens: Tokens = "patches"
    connector: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: DEFAULT)
    tasks: Sequence[str] = ("any",)
    seed: int = 0


def assemble(parts: Parts) -> tuple[AngiogramForConditionalGeneration, AngiogramProcessor]:
    """The model with its processor; encoder and LLM keep every weight, the connector is fresh.

    The LLM's own chat template writes the messages, with `<image>` where an image stands; where it has none, turns are
    marked as SmolLM2 marks them.

    Raises:
        InputError: a part cannot be loaded or is of another kind, or the connector does not fit.
    """
    torch.manual_seed(parts.seed)
    tower, images = vision_part(parts.vision)
    language = _language(parts.text)
    tokenizer = language.tokenizer
    tokenizer.add_special_tokens({"additional_special_tokens": [AngiogramProcessor.image_token]})
    size = parts.image_size or int(tower.config.image_size)
    if size % tower.config.patch_size:
        raise InputError(
            f"image_size {size} is no multiple of the encoder's patches of {tower.config.patch_size} pixels."
        )
    if isinstance(parts.vision, str) and not isinstance(tower.config, VolumeVitConfig):
        check_tower(parts.vision, tower, size, parts.vision_layer)
    slices = getattr(tower.config, "slices", None) if parts.slices is None else parts.slices
    config = AngiogramConfig(
        tower.config, language.decoder.config, size, slices, parts.vision_layer, parts.vision_tokens, parts.connector,
        parts.tasks,
        image_token_id=tokenizer.convert_tokens_to_ids(AngiogramProcessor.image_token),
    )  # fmt: skip
    torch.manual_seed(parts.seed)
    model = AngiogramForConditionalGeneration(config)
    model.model.vision_tower.load_state_dict(tower.state_dict())
    model.model.language_model.load_state_dict(language.decoder.state_dict())
    model.lm_head.load_state_dict(language.head.state_dict())
    model.tie_weights()
    model.generation_config = language.generation_config
    images.size, images.do_center_crop, images.do_resize = {"height": size, "width": size}, False, True
    template = language.template or CHAT_TEMPLATE
    channels = config.pixel_shape[0]
    return model.eval(), AngiogramProcessor(images, tokenizer, config.image_tokens, template, slices, channels)


@dataclass(frozen=True)
class _Language:
    """What is taken of an LLM."""

    decoder: Any
    head: Any
    generation_config: Any
    tokenizer: Any
    template: str | None


def _language(name: str) -> _Language:
    try:
        if _is_build(name):
            model: Any = AngiogramForConditionalGeneration.from_pretrained(name, dtype=torch.float32)
            processor: Any = AngiogramProcessor.from_pretrained(name)
            decoder, tokenizer, template = model.model.language_model, processor.tokenizer, processor.chat_template
        else:
            model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32)
            tokenizer: Any = AutoTokenizer.from_pretrained(name)
            decoder, template = model.get_decoder(), tokenizer.chat_template
    except (OSError, *UNPREPARED) as error:
        raise InputError(f"'{name}' is no causal LLM that transformers loads here: {reason_of(error)}.") from error
    return _Language(decoder, model.get_output_embeddings(), model.generation_config, tokenizer, template)


def _is_build(name: str) -> bool:
    """Whether this is itself a model from parts."""
    return AutoConfig.from_pretrained(name).model_type == AngiogramConfig.model_type
