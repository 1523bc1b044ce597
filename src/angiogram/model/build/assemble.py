"""A model out of named parts: a vision model and a causal LLM as published, a fresh connector between them.

The vision model is one of pictures, which may be run on each slice of a volume, or a `VolumeVit`, of which a
configuration will do: then it starts with weights drawn at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import torch

from angiogram.errors import InputError, reason_of
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.connectors.connector import DEFAULT
from angiogram.model.build.encoder import Tokens
from angiogram.model.build.logits import check_logits
from angiogram.model.build.modeling import AngiogramForConditionalGeneration
from angiogram.model.build.processing import CHAT_TEMPLATE, AngiogramProcessor
from angiogram.model.build.text_part import text_part
from angiogram.model.build.vision_part import check_tower, vision_part
from angiogram.model.build.volume_vit import VolumeVitConfig


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """How an encoder and an LLM are joined, whichever they are.

    Attributes:
        image_size: side of the square input in pixels; None for the vision model's own.
        slices: of the volumes that the model takes; None for the `VolumeVit`'s own, and of other encoders for pictures.
        vision_layer, vision_tokens, connector, tasks: see `AngiogramConfig`.
    """

    image_size: int | None = None
    slices: int | None = None
    vision_layer: int | None = None
    vision_tokens: Tokens = "patches"
    connector: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: DEFAULT)
    tasks: Sequence[str] = ("any",)

    def choices(self) -> dict[str, Any]:
        """By name, without those that a kind of parts adds."""
        return {each.name: getattr(self, each.name) for each in fields(Fitted)}


@dataclass(frozen=True)
class Parts(Fitted):
    """What is assembled.

    Attributes:
        vision: folder or hub id of a vision model of transformers (CLIP, SigLIP, DINOv2, ViT), or of a model with one,
            or of a `VolumeVit`; or the configuration of a fresh `VolumeVit`.
        text: folder or hub id of a causal LLM, or of a model from parts, whose LLM is taken.
        seed: of fresh weights.
    """

    vision: str | VolumeVitConfig
    text: str
    seed: int = field(default=0, kw_only=True)


def assemble(parts: Parts) -> tuple[AngiogramForConditionalGeneration, AngiogramProcessor]:
    """The model with its processor; encoder and LLM keep every weight, the connector is fresh.

    The LLM's own chat template writes the messages, with `<image>` where an image stands; where it has none, turns are
    marked as SmolLM2 marks them.

    Raises:
        InputError: a part cannot be loaded or is of another kind, the connector does not fit, or the LLM says
            something else of a text in the build than by itself.
    """
    torch.manual_seed(parts.seed)
    tower, images = vision_part(parts.vision)
    language = text_part(parts.text)
    tokenizer = language.tokenizer
    tokenizer.add_special_tokens({"additional_special_tokens": [AngiogramProcessor.image_token]})
    size = parts.image_size or int(tower.config.image_size)
    if size % tower.config.patch_size:
        raise InputError(
            f"image_size {size} is no multiple of the encoder's patches of {tower.config.patch_size} pixels."
        )
    slices = getattr(tower.config, "slices", None) if parts.slices is None else parts.slices
    config = AngiogramConfig(
        tower.config, language.decoder.config, size, slices, parts.vision_layer, parts.vision_tokens, parts.connector,
        parts.tasks,
        image_token_id=tokenizer.convert_tokens_to_ids(AngiogramProcessor.image_token),
        head_bias=language.head.bias is not None,
    )  # fmt: skip
    if isinstance(parts.vision, str) and not isinstance(tower.config, VolumeVitConfig):
        check_tower(parts.vision, tower, size, parts.vision_layer)
    torch.manual_seed(parts.seed)
    model = AngiogramForConditionalGeneration(config)
    _give(model.model.vision_tower, tower, str(parts.vision))
    _give(model.model.language_model, language.decoder, parts.text)
    _give(model.lm_head, language.head, parts.text)
    model.tie_weights()
    check_logits(model.eval(), language.whole, parts.text)
    model.generation_config = language.whole.generation_config
    images.size, images.do_center_crop, images.do_resize = {"height": size, "width": size}, False, True
    template = language.template or CHAT_TEMPLATE
    channels = config.pixel_shape[0]
    return model, AngiogramProcessor(images, tokenizer, config.image_tokens, template, slices, channels)


def _give(module: Any, part: Any, name: str) -> None:
    """The published weights of this part to its own in the build."""
    try:
        module.load_state_dict(part.state_dict())
    except RuntimeError as error:
        raise InputError(f"The weights of '{name}' do not fit a build: {reason_of(error)}.") from error
