"""The encoder of a build: a published vision model with its image processor, or a fresh `VolumeVit`."""

from typing import Any

import torch
from PIL.Image import Resampling
from transformers import AutoConfig, AutoImageProcessor, AutoModel, BitImageProcessorPil

from angiogram.errors import InputError, reason_of
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.encoder_flat import encoder_tokens
from angiogram.model.build.modeling import AngiogramForConditionalGeneration
from angiogram.model.build.processing import AngiogramProcessor
from angiogram.model.build.tower import fresh_tower
from angiogram.model.build.volume_vit import VolumeVit, VolumeVitConfig
from angiogram.model.prompt import UNPREPARED

PARTS_OF_BOTH = "vision_config"  # of a model of images and texts, whose vision model is taken


def vision_part(name: str | VolumeVitConfig) -> tuple[Any, Any]:
    """The vision model in float32, and what prepares its images.

    Args:
        name: folder or hub id of it, of a model of images and texts that has one, or of a build; or the configuration
            of a fresh one of volumes.

    Raises:
        InputError: it cannot be loaded, or is no ViT that a build can have.
    """
    if isinstance(name, VolumeVitConfig):
        return VolumeVit(name), _of_grey()
    try:
        if AutoConfig.from_pretrained(name).model_type == AngiogramConfig.model_type:
            build: Any = AngiogramForConditionalGeneration.from_pretrained(name, dtype=torch.float32)
            processor: Any = AngiogramProcessor.from_pretrained(name)
            return build.model.vision_tower, processor.image_processor
        own = getattr(AutoConfig.from_pretrained(name), PARTS_OF_BOTH, None)
        model: Any = AutoModel.from_pretrained(name, dtype=torch.float32)
        tower = model if own is None else model.vision_model
        deep = isinstance(tower.config, VolumeVitConfig)
        images = _of_grey() if deep else AutoImageProcessor.from_pretrained(name, backend="pil")
    except (OSError, *UNPREPARED) as error:
        raise InputError(f"'{name}' is no vision model that transformers loads here: {reason_of(error)}.") from error
    if not isinstance(getattr(tower.config, "patch_size", None), int):
        raise InputError(f"'{name}' does not cut its images into patches; take a ViT such as CLIP, SigLIP or DINOv2.")
    return tower, images


@torch.no_grad()
def check_tower(name: str, tower: Any, side: int, layer: int | None) -> None:
    """See that the class of its configuration is its own, and that it reads pictures as a build gives them.

    Args:
        name: as the user gave it.
        tower: a vision model of pictures.
        side: of a picture in pixels.
        layer: that is read; see `encoder_tokens`.

    Raises:
        InputError: a build cannot have it, or cannot read this layer.
    """
    with torch.device("meta"):
        kind = type(fresh_tower(tower.config))
    if type(tower) is not kind:
        raise InputError(f"The encoder of '{name}' is a {type(tower).__name__}, where a build has a {kind.__name__}.")
    patches = (side // tower.config.patch_size) ** 2
    try:
        given = list(encoder_tokens(tower.eval(), torch.zeros(1, 3, side, side), layer, "all", patches).shape)
    except UNPREPARED as error:
        raise InputError(f"The encoder of '{name}' cannot be read as a ViT of pictures: {reason_of(error)}.") from error
    if len(given) != 3 or given[1] < patches:
        raise InputError(f"The encoder of '{name}' gives {given} for a picture of {patches} patches, so it is no ViT.")


def _of_grey() -> BitImageProcessorPil:
    """Grey from -1 to 1, resampled linearly: with the slices, along all three axes."""
    even = [0.5, 0.5, 0.5]
    return BitImageProcessorPil(resample=Resampling.BILINEAR, image_mean=even, image_std=even)
